using System.IO.Pipes;
using System.Text;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Launching;

/// <summary>Runs programs of <c>exec.d</c>: what they write to descriptor 3, as TOML, becomes variables.</summary>
internal static class ExecD
{
    private const int MaximumLength = 1024 * 1024;

    /// <summary>Runs the program and sets the variables.</summary>
    /// <exception cref="InvalidDataException">It failed, or its output is not a list of strings, or is longer than 1 MiB.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task RunAsync(string path, LaunchVariables variables, string appDirectory, CancellationToken cancellationToken)
    {
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var program = new ChildProgram(path, [], variables.Current, appDirectory) { Descriptor3 = pipe.ClientSafePipeHandle };
        var run = ChildProcess.RunAsync(program, cancellationToken);
        var output = await ReadAsync(pipe, path, cancellationToken);
        var exitCode = await run;
        if (exitCode != 0)
        {
            throw new InvalidDataException($"{path} failed with exit code {exitCode}");
        }

        var toml = TomlFile.Parse(output, $"what {path} wrote to descriptor 3");
        foreach (var name in toml.Keys)
        {
            variables.Set(name, toml.Text(name)!);
        }
    }

    private static async Task<string> ReadAsync(Stream pipe, string path, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[4096];
        int count;
        while ((count = await pipe.ReadAsync(buffer, cancellationToken)) > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > MaximumLength)
            {
                throw new InvalidDataException($"{path} wrote more than {MaximumLength} bytes to descriptor 3");
            }
        }

        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
    }
}
