"""Cut-downs, stings and loops: the music in another order, before anything is rendered."""
