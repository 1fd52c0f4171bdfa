"""The master, shared out to stems, and the residual stem."""
