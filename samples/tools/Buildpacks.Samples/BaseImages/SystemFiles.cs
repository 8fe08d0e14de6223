using System.ComponentModel;
using System.Diagnostics;

namespace Buildpacks.Samples.BaseImages;

/// <summary>Finds files of a Debian or Ubuntu machine: those of packages, programs on the path, libraries.</summary>
public static class SystemFiles
{
    private static readonly string[] Documentation =
        ["/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/lintian/", "/usr/share/bug/", "/usr/share/menu/"];

    private static readonly string[] ProgramFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private static readonly string[] LibraryFolders =
        [.. Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").Order(StringComparer.Ordinal), "/usr/lib64", "/usr/lib", "/lib64", "/lib"];

    /// <summary>The files and folders of a package, without documentation.</summary>
    /// <param name="package">The package.</param>
    /// <returns>Absolute paths; <see langword="null"/> when the package is not installed.</returns>
    /// <exception cref="InvalidDataException">This machine has no such packages.</exception>
    public static IReadOnlyList<string>? OfPackage(string package)
    {
        using var process = Start("dpkg-query", "--listfiles", package);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Split('\n').Where(path => path.StartsWith('/') && path != "/." && !IsDocumentation(path))]
            : null;
    }

    /// <summary>The path of a program.</summary>
    /// <returns>The path; <see langword="null"/> when there is none.</returns>
    public static string? OfProgram(string program) =>
        ProgramFolders.Select(folder => $"{folder}/{program}").FirstOrDefault(File.Exists);

    /// <summary>The path of a library.</summary>
    /// <param name="name">Its name, such as <c>libc.so.6</c>.</param>
    /// <param name="neededBy">The file that needs it; a library beside it comes first.</param>
    /// <returns>The path; <see langword="null"/> when there is none.</returns>
    public static string? OfLibrary(string name, string neededBy) =>
        LibraryFolders.Prepend(Path.GetDirectoryName(neededBy)!).Select(folder => $"{folder}/{name}").FirstOrDefault(File.Exists);

    private static Process Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidDataException($"{program} does not start ({exception.Message}); base images are made on Debian, Ubuntu and the like", exception);
        }
    }

    private static bool IsDocumentation(string path) =>
        Documentation.Any(folder => (path + "/").StartsWith(folder, StringComparison.Ordinal));
}
