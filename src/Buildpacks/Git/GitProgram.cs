using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Reporting;

namespace Buildpacks.Git;

/// <summary>The user's git. It asks no question: there is nobody to answer in the background.</summary>
/// <param name="path">The program.</param>
internal sealed class GitProgram(string path)
{
    private const int LongestWords = 600;

    /// <summary>The longest output, in characters. A file of a hostile repository may be longer than the memory.</summary>
    private const int LongestOutput = 16 * 1024 * 1024;

    /// <summary>Variables by which a git that starts this process leads another git to its own repository.</summary>
    private static readonly string[] OfAnotherRepository = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"];

    /// <summary>Protocols that run commands are not among those of an address, but a repository may name one for its submodules.</summary>
    private static readonly string[] Settings = ["-c", "protocol.ext.allow=never", "-c", "advice.detachedHead=false"];

    /// <summary>Finds git on PATH.</summary>
    /// <param name="environment">Has the PATH.</param>
    /// <param name="what">What git is needed for, as the beginning of a sentence.</param>
    /// <param name="otherwise">What to do without git.</param>
    /// <exception cref="PackException"><c>GitNotFound</c>.</exception>
    public static GitProgram Find(EngineEnvironment environment, string what, string otherwise) =>
        environment.FindProgram("git") is { } found
            ? new GitProgram(found)
            : throw new PackException(PackErrorIds.GitNotFound, PackErrorKind.NotFound, $"{what}, and the program git is not on PATH.")
            {
                RecommendedAction = $"Install git, or {otherwise}.",
            };

    /// <summary>Runs git.</summary>
    /// <param name="folder">The folder that it works in.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>What it wrote to standard output, without the last line break.</returns>
    /// <exception cref="GitException">git failed.</exception>
    public async Task<string> RunAsync(string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = OwnSession.Start(OwnSession.Find(), path);

        foreach (var argument in Settings.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (var name in OfAnotherRepository)
        {
            start.Environment.Remove(name);
        }

        using var process = Start(start);
        process.StandardInput.Close();
        var errors = new ErrorTail();
        var reading = ReadAsync(process);
        var pumping = errors.AppendAsync(process.StandardError.BaseStream);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ProcessTree.Kill(process);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        await pumping.ConfigureAwait(false);
        var output = await reading.ConfigureAwait(false) ?? throw new GitException($"it wrote more than {LongestOutput >> 20} MB");
        return process.ExitCode == 0 ? output.TrimEnd('\n', '\r') : throw new GitException(Shown(errors.ToString()));
    }

    /// <summary>Reads what git writes, and ends a git that writes too much.</summary>
    private static async Task<string?> ReadAsync(Process process)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        while (await process.StandardOutput.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            if (text.Length + count > LongestOutput)
            {
                ProcessTree.Kill(process);
                return null;
            }

            text.Append(buffer, 0, count);
        }

        return text.ToString();
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new GitException($"{path} cannot be started: {exception.Message}", exception);
        }
    }

    private static string Shown(string text)
    {
        string[] lines = [.. text.Split('\n', '\r').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("hint:", StringComparison.Ordinal))];

        // What follows git's own sentence is advice for somebody at a terminal.
        string[] failures = [.. lines.Where(line => line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal) || line.StartsWith("remote: ", StringComparison.Ordinal))];
        var words = string.Join("; ", failures.Length > 0 ? failures.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]) : lines);
        words = UrlMask.HidePassword(words).TrimEnd('.');
        return words.Length == 0 ? "git gave no reason" : words.Length > LongestWords ? "…" + words[^LongestWords..] : words;
    }
}

/// <summary>A failure of git.</summary>
/// <param name="words">git's own words.</param>
/// <param name="cause">The cause; may be <see langword="null"/>.</param>
internal sealed class GitException(string words, Exception? cause = null) : Exception(words, cause);
