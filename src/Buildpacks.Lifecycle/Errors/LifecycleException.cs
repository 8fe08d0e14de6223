namespace Buildpacks.Lifecycle.Errors;

/// <summary>A failure that ends the phase: a sentence for the user and the exit code that the specification gives it.</summary>
internal sealed class LifecycleException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether a failure is one of the machine or of the input (a file, a permission, a format) and not a defect of this program.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or InvalidDataException or FormatException
            or System.ComponentModel.Win32Exception;
}
