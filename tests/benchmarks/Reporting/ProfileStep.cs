namespace Buildpacks.Benchmarks.Reporting;

/// <summary>A part of something's time.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Begins">When it begins, in milliseconds from the start of the first; <see langword="null"/> when that says nothing.</param>
/// <param name="Milliseconds">How long it takes.</param>
/// <param name="Bytes">How much it moves to the engine and from it; <see langword="null"/> when it moves nothing.</param>
internal sealed record ProfileStep(string Name, double? Begins, double Milliseconds, long? Bytes);
