namespace Buildpacks.Engines.Docker.Connection;

/// <summary>Tells the recorder which operation the requests of this flow of control belong to.</summary>
internal static class CallScope
{
    private static readonly AsyncLocal<string?> Operation = new();

    /// <summary>The operation; <c>Request</c> outside of any.</summary>
    public static string Current => Operation.Value ?? "Request";

    /// <summary>Names the operation until disposed.</summary>
    public static IDisposable Begin(string operation)
    {
        var scope = new Restore(Operation.Value);
        Operation.Value = operation;
        return scope;
    }

    private sealed class Restore(string? previous) : IDisposable
    {
        public void Dispose() => Operation.Value = previous;
    }
}
