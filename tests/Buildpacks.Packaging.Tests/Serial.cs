// One of the tests changes the process's environment, which packing looks at.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
