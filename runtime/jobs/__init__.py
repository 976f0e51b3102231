"""Work that is due: the job table is the truth, everything else only rings the bell."""
