namespace Buildpacks.Benchmarks.Engines;

/// <summary>The machine lacks an engine.</summary>
/// <param name="message">What is missing.</param>
internal sealed class EngineMissingException(string message) : Exception(message);
