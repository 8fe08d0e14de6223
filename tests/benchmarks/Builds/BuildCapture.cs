using System.Reflection;
using Buildpacks.Engines;
using Buildpacks.Testing;

namespace Buildpacks.Benchmarks.Builds;

/// <summary>An engine that keeps what a build makes its container of: the description, and the archive that goes into it.</summary>
public class BuildCapture : DispatchProxy, IDisposable
{
    private readonly TestFolder folder = new("bench-build");
    private IEngine engine = null!;

    /// <summary>The container that the build asked for.</summary>
    internal ContainerSpec Container { get; private set; } = null!;

    /// <summary>The file with the archive that was unpacked at the container's root.</summary>
    internal string Archive => folder["input.tar"];

    /// <inheritdoc/>
    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Wraps an engine.</summary>
    internal static (IEngine Proxy, BuildCapture Capture) Around(IEngine engine)
    {
        var proxy = Create<IEngine, BuildCapture>();
        var capture = (BuildCapture)proxy;
        capture.engine = engine;
        return (proxy, capture);
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case $"get_{nameof(IEngine.Pipe)}":
                // What goes through the pipe is not seen here.
                return null;
            case nameof(IEngine.Containers.CreateAsync):
                Container = (ContainerSpec)args![0]!;
                break;
            case nameof(IEngine.Containers.CopyToAsync):
                args![2] = Keep((ArchiveWriter)args[2]!);
                break;
        }

        return targetMethod.Invoke(engine, args);
    }

    private ArchiveWriter Keep(ArchiveWriter write) => async (destination, cancellationToken) =>
    {
        await using (var file = File.Create(Archive))
        {
            await write(file, cancellationToken);
        }

        await using var kept = File.OpenRead(Archive);
        await kept.CopyToAsync(destination, cancellationToken);
    };
}
