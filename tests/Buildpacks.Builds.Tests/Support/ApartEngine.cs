using System.Reflection;
using Buildpacks.Engines;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>An engine whose containers do not reach this machine: they get no network where they are to get that of the machine.</summary>
internal static class ApartEngine
{
    /// <summary>Makes such an engine of another one.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="isKnown">Whether the engine knows that it is on another machine.</param>
    public static IEngine Of(IEngine engine, bool isKnown)
    {
        var containers = Forwarder<IEngineContainers>.To(engine.Containers);
        var result = Forwarder<IEngine>.To(engine);
        var answers = ((Forwarder<IEngine>)(object)result).Answers;
        answers[$"get_{nameof(IEngine.Pipe)}"] = null;
        answers[$"get_{nameof(IEngine.Containers)}"] = containers;
        answers[$"get_{nameof(IEngine.Endpoint)}"] = "tcp://far.example.com:2375";
        answers[$"get_{nameof(IEngine.Capabilities)}"] = engine.Capabilities with { SharesLoopback = !isKnown };
        return result;
    }
}

/// <summary>Passes calls on. Public, because the proxy is in an assembly of its own.</summary>
/// <typeparam name="T">What it stands for.</typeparam>
public class Forwarder<T> : DispatchProxy
    where T : class
{
    private T _target = null!;

    /// <summary>What calls of a name answer.</summary>
    public Dictionary<string, object?> Answers { get; } = [];

    /// <summary>Stands for another.</summary>
    internal static T To(T target)
    {
        var proxy = Create<T, Forwarder<T>>();
        ((Forwarder<T>)(object)proxy)._target = target;
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Answers.TryGetValue(targetMethod!.Name, out var answer))
        {
            return answer;
        }

        if (args is [ContainerSpec { Network: "host" } spec, ..])
        {
            args[0] = spec with { Network = "none" };
        }

        return targetMethod.Invoke(_target, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
