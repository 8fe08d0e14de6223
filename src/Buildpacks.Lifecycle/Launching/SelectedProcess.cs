namespace Buildpacks.Lifecycle.Launching;

/// <summary>The process that is going to be started.</summary>
/// <param name="Type">Its type; <see langword="null"/> when the user gave the command.</param>
/// <param name="Command">The program and the arguments that are always given to it.</param>
/// <param name="Args">The arguments after these.</param>
/// <param name="Direct">Whether it starts without a shell.</param>
/// <param name="WorkingDirectory">Its folder; <see langword="null"/> means the app folder.</param>
internal sealed record SelectedProcess(
    string? Type, IReadOnlyList<string> Command, IReadOnlyList<string> Args, bool Direct, string? WorkingDirectory);
