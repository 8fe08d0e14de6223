using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>Tests in a PowerShell session that uses an engine of the machine.</summary>
public abstract class EngineSessionTests(EngineMachine machine) : IDisposable
{
    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    protected EngineMachine Machine { get; } = machine;

    private protected PackSession Session { get; } = new();

    /// <summary>A folder of the test.</summary>
    protected TestFolder Folder { get; } = new("session");

    public void Dispose()
    {
        Session.Dispose();
        Folder.Dispose();
    }

    /// <summary>Gives an engine what the tests need of it.</summary>
    protected abstract Task PrepareAsync(EngineFixture engine);

    /// <summary>Makes an engine the session's.</summary>
    protected async Task UseAsync(PackEngineKind kind)
    {
        Machine.Require(kind);
        await PrepareAsync(Machine.Engine(kind));
        Session.Run("Set-PackEngine $args[0]", kind).Checked();
    }
}
