"""`python -m autograd step "tanh(w*x + b)" w=0.5 x=2 b=-1`: the steps of an expression, in a terminal.

    reading      text to statements, with errors that say what may have been meant
    expression   statements to a graph: they are read as formulas, and never run as Python
    view         one step as lines of text: the nodes, the sentence, the formula with numbers
    play         the keys
    command      the command line
"""
