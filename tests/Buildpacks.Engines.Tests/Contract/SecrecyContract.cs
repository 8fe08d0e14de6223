using Buildpacks.Testing.Processes;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>Values of a container's environment may be secret: no engine shows them to other processes, records or errors.</summary>
public abstract class SecrecyContract(EngineUnderTest subject) : EngineContract(subject)
{
    private const string Secret = "s3cret-value-of-this-test";

    [SkippableFact]
    public async Task Environment_is_in_no_command_line_no_record_and_no_error()
    {
        Subject.Require();
        using var watch = new CommandLineWatch();
        var spec = new ContainerSpec
        {
            Image = ImageName,
            Name = Unique("secret"),
            Environment = new Dictionary<string, string>
            {
                ["TOKEN"] = Secret, ["LINES"] = $"one\n{Secret}", ["PATH"] = $"/bin:/{Secret}", ["CONTAINERS_TOKEN"] = Secret,
            },
        };

        await CreateAsync(spec);
        var failure = await FailsAsync(PackErrorKind.Conflict, () => CreateAsync(spec));

        Assert.Equal(2, Calls.Operations.Count(operation => operation == EngineOperation.ContainerCreate));
        Assert.DoesNotContain(watch.Seen(), line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Calls.Calls.SelectMany(call => call.Arguments), argument => argument.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }
}
