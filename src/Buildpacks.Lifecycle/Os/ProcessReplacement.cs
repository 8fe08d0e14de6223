using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Buildpacks.Lifecycle.Os;

/// <summary>Makes this process another program, with the same process id.</summary>
internal static class ProcessReplacement
{
    /// <summary>Starts the program in place of this one. It does not return unless it fails.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arguments">All arguments, the program's name first.</param>
    /// <param name="environment">All variables.</param>
    /// <param name="workingDirectory">The folder it starts in.</param>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    /// <exception cref="IOException">The folder cannot be entered.</exception>
    public static void Execute(
        string path, IReadOnlyCollection<string> arguments, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        Directory.SetCurrentDirectory(workingDirectory);
        using var argumentStrings = new NativeStrings(arguments);
        using var environmentStrings = NativeStrings.OfEnvironment(environment);
        ResetSignals();
        _ = Libc.Execute(path, argumentStrings.Address, environmentStrings.Address);
        var error = Marshal.GetLastPInvokeError();
        throw new Win32Exception(error, $"cannot start {path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    // What the runtime ignores (SIGPIPE) or blocks would stay so in the new program.
    private static void ResetSignals()
    {
        for (var signal = 1; signal <= Libc.LastSignal; signal++)
        {
            Libc.SetSignalHandler(signal, handler: 0);
        }

        Span<byte> none = stackalloc byte[Libc.OpaqueSize];
        _ = Libc.EmptySignalSet(none);
        _ = Libc.ChangeSignalMask(Libc.SetSignalMask, none, previous: 0);
    }
}
