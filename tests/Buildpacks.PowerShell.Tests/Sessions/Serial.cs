// Runspaces look at the process's environment and current folder, which some tests change.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
