using System.Text;
using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>
/// A container's environment on its way to podman: names on the command line, values in podman's own environment. A name that
/// podman, its helpers or its libraries would read themselves travels in a file that only this user can read instead.
/// </summary>
internal sealed class ContainerEnvironment : IDisposable
{
    private readonly PrivateFile? _file;

    private ContainerEnvironment(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, PrivateFile? file)
    {
        Arguments = arguments;
        Variables = variables;
        _file = file;
    }

    /// <summary>The options of <c>podman create</c>.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>What podman's own environment must hold.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Prepares an environment; disposing removes its file.</summary>
    /// <exception cref="PackException">InvalidInput: a name or value that podman cannot be given.</exception>
    public static ContainerEnvironment Prepare(IReadOnlyDictionary<string, string> environment)
    {
        var arguments = new List<string>();
        var variables = new Dictionary<string, string>();
        var lines = new StringBuilder();
        foreach (var (name, value) in environment)
        {
            if (name.EndsWith('*'))
            {
                throw Invalid(name, $"podman treats the name '{name}' as a prefix of variable names");
            }

            if (!ReservedVariables.Contains(name))
            {
                arguments.Add("--env=" + name);
                variables[name] = value;
            }
            else if (value.AsSpan().IndexOfAny('\r', '\n') < 0)
            {
                lines.Append(name).Append('=').Append(value).Append('\n');
            }
            else
            {
                throw Invalid(name, $"podman cannot safely pass a value with several lines for {name}, because it reads this variable itself");
            }
        }

        var file = lines.Length > 0 ? PrivateFile.Create(lines.ToString()) : null;
        if (file is not null)
        {
            arguments.Add("--env-file=" + file.FilePath);
        }

        return new ContainerEnvironment(arguments, variables, file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static PackException Invalid(string name, string problem) =>
        EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.InvalidInput, EngineOperation.ContainerCreate, problem, target: name);
}
