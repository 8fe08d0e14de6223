using System.Reflection;
using Buildpacks.Engines;
using Buildpacks.Testing;

namespace Buildpacks.Benchmarks.Builds;

/// <summary>Keeps what a build makes its container of: the description, and the archive that goes into it.</summary>
internal sealed class BuildCapture : IDisposable
{
    private readonly TestFolder folder = new("bench-build");

    private BuildCapture()
    {
    }

    /// <summary>The container that the build asked for.</summary>
    public ContainerSpec Container { get; private set; } = null!;

    /// <summary>The file with the archive that was unpacked at the container's root.</summary>
    public string Archive => folder["input.tar"];

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    /// <summary>Wraps an engine.</summary>
    public static (IEngine Proxy, BuildCapture Capture) Around(IEngine engine)
    {
        var capture = new BuildCapture();
        var containers = Watcher<IEngineContainers>.Around(engine.Containers, (method, args) =>
        {
            switch (method)
            {
                case nameof(IEngineContainers.CreateAsync):
                    capture.Container = (ContainerSpec)args[0]!;
                    break;
                case nameof(IEngineContainers.CopyToAsync):
                    args[2] = capture.Keep((ArchiveWriter)args[2]!);
                    break;
            }
        });
        var proxy = Watcher<IEngine>.Around(engine, (_, _) => { });
        var watcher = (Watcher<IEngine>)(object)proxy;

        // What goes through the pipe is not seen here.
        watcher.Answers[$"get_{nameof(IEngine.Pipe)}"] = null;
        watcher.Answers[$"get_{nameof(IEngine.Containers)}"] = containers;
        return (proxy, capture);
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

/// <summary>Passes calls on to a part of an engine, after a look at them.</summary>
/// <typeparam name="T">The part.</typeparam>
public class Watcher<T> : DispatchProxy
    where T : class
{
    private T next = null!;
    private Action<string, object?[]> look = null!;

    /// <summary>What is answered in the place of the engine, by method.</summary>
    internal Dictionary<string, object?> Answers { get; } = [];

    /// <summary>Wraps a part of an engine.</summary>
    internal static T Around(T next, Action<string, object?[]> look)
    {
        var proxy = Create<T, Watcher<T>>();
        var watcher = (Watcher<T>)(object)proxy;
        (watcher.next, watcher.look) = (next, look);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Answers.TryGetValue(targetMethod!.Name, out var answer))
        {
            return answer;
        }

        look(targetMethod.Name, args ?? []);
        return targetMethod.Invoke(next, args);
    }
}
