"""What `store-edge` tells the shell: fine, the answer is no, wrong usage or bad input, interrupted."""

OK, NO, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
