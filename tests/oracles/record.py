"""Record everything that PyTorch is asked for, into the JSON files beside this one: `make record`."""

from tests.oracles import record_autograd, record_layers, record_losses, record_optim, record_schedules

if __name__ == "__main__":
    for recorder in (record_autograd, record_layers, record_losses, record_optim, record_schedules):
        recorder.record()
        print(f"recorded: {recorder.__name__}")
