namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What every engine does with networks.</summary>
public abstract class NetworkContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task Networks_are_listed_in_one_call_as_the_engines_own_command_does()
    {
        Subject.Require();

        var networks = await Engine.Networks.ListAsync(None);

        var own = (await Subject.RunAsync("network", "ls", "--format", "{{.Name}} {{.Driver}}")).Checked();
        Assert.Equal(
            own.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            networks.Select(network => $"{network.Name} {network.Driver}").Order(StringComparer.Ordinal));
        Assert.NotEmpty(networks);
        Assert.Single(Calls.Operations, operation => operation == EngineOperation.NetworkList);
    }
}
