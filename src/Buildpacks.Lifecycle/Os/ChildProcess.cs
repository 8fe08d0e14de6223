using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Buildpacks.Lifecycle.Os;

/// <summary>
/// Runs programs with the descriptors they are meant to have. <see cref="System.Diagnostics.Process"/> cannot write a child's output
/// to a file nor give it a fourth descriptor, and the child would inherit nothing of this process's output without a pipe in between.
/// </summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Runs the program to its end.</summary>
    /// <returns>Its exit code; 128 and the signal's number when a signal ended it.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the program was terminated first.</exception>
    public static async Task<int> RunAsync(ChildProgram program, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var process = Start(program);
        program.Descriptor3?.Dispose();
        var exit = Task.Factory.StartNew(
            () => Wait(process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await exit.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = Libc.Kill(process, Libc.TerminateSignal);
            if (await Task.WhenAny(exit, Task.Delay(Grace, CancellationToken.None)) != exit)
            {
                _ = Libc.Kill(process, Libc.KillSignal);
                await exit;
            }

            throw;
        }
    }

    private static int Start(ChildProgram program)
    {
        Span<byte> actions = stackalloc byte[Libc.OpaqueSize];
        Span<byte> attributes = stackalloc byte[Libc.OpaqueSize];
        Span<byte> signals = stackalloc byte[Libc.OpaqueSize];
        Libc.SpawnActionsInit(actions);
        Libc.SpawnAttributesInit(attributes);
        try
        {
            Check(Libc.SpawnActionsOpen(actions, 0, "/dev/null", Libc.OpenReadOnly, 0), program.Path);
            if (program.OutputFile is { } file)
            {
                Check(Libc.SpawnActionsOpen(actions, 1, file, Libc.OpenForWriting, 0x180), program.Path);
            }

            if (program.ErrorsToOutput || program.OutputFile is not null)
            {
                Check(Libc.SpawnActionsDuplicate(actions, 1, 2), program.Path);
            }

            if (program.Descriptor3 is { } descriptor)
            {
                Check(Libc.SpawnActionsDuplicate(actions, (int)descriptor.DangerousGetHandle(), 3), program.Path);
            }

            Check(Libc.SpawnActionsChangeDirectory(actions, program.WorkingDirectory), program.Path);

            // The runtime ignores SIGPIPE, and what is ignored stays ignored across exec.
            Libc.FillSignalSet(signals);
            Libc.SpawnAttributesSetDefaults(attributes, signals);
            Libc.EmptySignalSet(signals);
            Libc.SpawnAttributesSetMask(attributes, signals);
            Libc.SpawnAttributesSetFlags(attributes, Libc.SpawnSetSignalDefaults | Libc.SpawnSetSignalMask);

            using var arguments = new NativeStrings([program.Path, .. program.Arguments]);
            using var environment = NativeStrings.OfEnvironment(program.Environment);
            Check(Libc.Spawn(out var process, program.Path, actions, attributes, arguments.Address, environment.Address), program.Path);
            return process;
        }
        finally
        {
            Libc.SpawnActionsDestroy(actions);
            Libc.SpawnAttributesDestroy(attributes);
        }
    }

    private static int Wait(int process)
    {
        const int Interrupted = 4;
        int status;
        while (Libc.WaitFor(process, out status, options: 0) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new Win32Exception(error, $"cannot wait for process {process}: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }

        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    private static void Check(int error, string path)
    {
        if (error != 0)
        {
            throw new Win32Exception(error, $"cannot start {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
