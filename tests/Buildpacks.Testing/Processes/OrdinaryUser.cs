using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Buildpacks.Testing.Processes;

/// <summary>
/// Does something with the rights to files that an ordinary user has, also when the tests run as root: Linux knows the user for files
/// of each thread by itself, and one that is not root may not read everything.
/// </summary>
public static class OrdinaryUser
{
    private const uint Nobody = 65534;

    /// <summary>Runs something on a thread of its own; what it awaits has to end at once.</summary>
    public static void Run(Func<Task> act)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess)
                {
                    _ = SetUserForFiles(Nobody);
                }

                var running = act();
                Assert.True(running.IsCompleted, "it went on on another thread");
                running.GetAwaiter().GetResult();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetUserForFiles(uint userId);
}
