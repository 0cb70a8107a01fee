"""The main job, started by `make demo`: XOR and a regressor on real patients, trained on the scalar graph."""
