"""What every room shares: vectors, attitude, time, quantities, interpolation, errors. No physics."""
