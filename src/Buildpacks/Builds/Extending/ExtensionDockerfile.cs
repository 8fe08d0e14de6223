using Buildpacks.Oci;

namespace Buildpacks.Builds.Extending;

/// <summary>
/// A Dockerfile that an image extension generated, as the platform specification allows it. A builder that nobody vouches for may have written
/// it, so nothing in it may reach other images of the engine or more of the machine than a container does.
/// </summary>
internal sealed class ExtensionDockerfile
{
    private static readonly string[] BaseNames = [Dockerfile.BaseImage, "$" + Dockerfile.BaseImageArgument];

    /// <summary>What is in each address from which an engine fetches files or a git repository.</summary>
    private static readonly string[] Addresses = ["://", "git@", "github.com/"];

    private readonly Dockerfile _dockerfile;
    private readonly string _text;

    private ExtensionDockerfile(string text, Dockerfile dockerfile)
    {
        (_text, _dockerfile) = (text, dockerfile);
        NewBase = BaseNames.Contains(From.Image) ? null : ImageReference.Parse(From.Image);
    }

    /// <summary>The run image that it chooses in the place of the one that it is given; <see langword="null"/> for none.</summary>
    public ImageReference? NewBase { get; }

    /// <summary>Whether it changes the image.</summary>
    public bool Extends => _dockerfile.Commands.Count > 0;

    /// <summary>Whether it copies files of the build context.</summary>
    public bool UsesContext => _dockerfile.Commands.Any(IsCopy);

    /// <summary>Whether the engine makes the same image each time, as long as base, arguments and context are the same.</summary>
    public bool IsRepeatable => !Declares("build_id");

    /// <summary>The instructions that make layers, in their order.</summary>
    public IReadOnlyList<string> LayerSteps =>
        [.. _dockerfile.Commands.Where(command => command.Name == "RUN" || IsCopy(command)).Select(command => $"{command.Name} {command.Arguments}")];

    private DockerfileInstruction From => _dockerfile.Stages[0];

    /// <summary>Reads and checks a Dockerfile.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="extension">The extension, for messages.</param>
    /// <param name="isForRun">Whether it is for the run image, and not for the build image.</param>
    /// <exception cref="PackException"><c>DockerfileInvalid</c>.</exception>
    public static ExtensionDockerfile Read(string text, string extension, bool isForRun)
    {
        var file = isForRun ? "run.Dockerfile" : "build.Dockerfile";
        try
        {
            var dockerfile = Dockerfile.Parse(text);
            return ProblemOf(dockerfile, isForRun) is { } problem ? throw Invalid(problem) : new ExtensionDockerfile(text, dockerfile);
        }
        catch (InvalidDataException exception)
        {
            throw Invalid(exception.Message, exception);
        }

        PackException Invalid(string problem, Exception? cause = null) => ExtensionErrors.Dockerfile(extension, file, problem, cause);
    }

    /// <summary>Whether the Dockerfile declares an argument: only such an argument has an effect, and only such a one invalidates the layer cache.</summary>
    public bool Declares(string argument) => _dockerfile.Instructions.Any(instruction => instruction.Name == "ARG" && instruction.Declares(argument));

    /// <summary>The text with an image's id in the place of the image that <c>FROM</c> names.</summary>
    public string On(string imageId)
    {
        var lines = _text.TrimStart('\uFEFF').Split('\n');
        return string.Join('\n', [.. lines[..(From.Line - 1)], "FROM " + imageId, .. lines[From.LastLine..]]);
    }

    private static string? ProblemOf(Dockerfile dockerfile, bool isForRun)
    {
        if (dockerfile.Stages is not [var from])
        {
            return dockerfile.Stages.Count == 0 ? "it has no FROM" : "it has more than one FROM";
        }

        if (dockerfile.Unexpected is [var unexpected, ..])
        {
            return $"{unexpected.Name} in line {unexpected.Line} is not allowed";
        }

        if (dockerfile.Preamble.FirstOrDefault(instruction => instruction.Name != "ARG") is { } early)
        {
            return $"{early.Name} in line {early.Line} comes before FROM";
        }

        if (dockerfile.Instructions.FirstOrDefault(instruction => instruction.HasHereDocument) is { } document)
        {
            return $"the document within line {document.Line} (<<) is not supported by all engines";
        }

        if (dockerfile.Instructions.SelectMany(instruction => instruction.Flags.Select(flag => (instruction, flag))).FirstOrDefault(IsForbidden) is { flag: { } flag } forbidden)
        {
            return $"the option {flag.Split('=')[0]} of {forbidden.instruction.Name} in line {forbidden.instruction.Line} is not allowed";
        }

        if (dockerfile.Commands.FirstOrDefault(instruction => instruction.Name == "ADD" && MayFetch(instruction.Arguments)) is { } add)
        {
            return $"ADD in line {add.Line} has an address, or a variable or an escape that may be one: the engine would fetch it outside the network of the build. Use RUN with a program that fetches it";
        }

        return isForRun ? ProblemOfBase(from) : BaseNames.Contains(from.Image) ? null : $"it begins with FROM {from.Image}, and a build.Dockerfile must begin with FROM {Dockerfile.BaseImage}";
    }

    private static string? ProblemOfBase(DockerfileInstruction from) =>
        BaseNames.Contains(from.Image) || (from.Image != "scratch" && ImageReference.TryParse(from.Image, out _, out _))
            ? null
            : $"'{from.Image}' in line {from.Line} is not an image name";

    /// <summary>Options that reach other images, files of the machine, or rights and networks that the build was not given.</summary>
    private static bool IsForbidden((DockerfileInstruction Instruction, string Flag) option) => option.Instruction.Name switch
    {
        "RUN" or "FROM" => true,
        "COPY" or "ADD" => option.Flag.StartsWith("--from", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>
    /// Whether the engine may fetch what <c>ADD</c> names. Engines replace variables and escapes, and join quoted parts, before they look for an address.
    /// </summary>
    private static bool MayFetch(string arguments) =>
        arguments.IndexOfAny(['$', '\\']) >= 0
        || arguments.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal) is var plain
            && Addresses.Any(address => plain.Contains(address, StringComparison.OrdinalIgnoreCase));

    private static bool IsCopy(DockerfileInstruction instruction) => instruction.Name is "COPY" or "ADD";
}
