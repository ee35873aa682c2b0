"""What every room shares: settings, database, identity, masking, money, time, errors; nothing else."""
