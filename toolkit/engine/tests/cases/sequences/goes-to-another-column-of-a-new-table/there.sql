SELECT a FROM kept;
