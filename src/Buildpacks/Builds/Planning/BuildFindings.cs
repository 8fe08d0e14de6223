using Buildpacks.Builders;
using Buildpacks.Descriptors;
using Buildpacks.Oci;

namespace Buildpacks.Builds.Planning;

/// <summary>
/// What was decided while a build was planned. A build ends with the first failure. A test of a project collects all failures, so it sees what
/// was decided beside them.
/// </summary>
internal sealed class BuildFindings
{
    private readonly List<PackException> _failures = [];

    /// <summary>Whether failures are collected.</summary>
    public bool Collects { get; init; }

    /// <summary>The failures, if they are collected.</summary>
    public IReadOnlyList<PackException> Failures => _failures;

    /// <summary>The project descriptor.</summary>
    public ProjectFile? Project { get; set; }

    /// <summary>The request, with what the descriptor and the configuration add.</summary>
    public BuildRequest? Request { get; set; }

    /// <summary>Where the variables of parameters and files are from.</summary>
    public IReadOnlyDictionary<string, VariablePlace> Variables { get; set; } = new Dictionary<string, VariablePlace>();

    /// <summary>The builder.</summary>
    public BuilderImage? Builder { get; set; }

    /// <summary>The version of the platform API.</summary>
    public ApiVersion? PlatformApi { get; set; }

    /// <summary>The groups of buildpacks that take the place of the builder's order.</summary>
    public IReadOnlyList<OrderGroup>? Order { get; set; }

    /// <summary>The groups of image extensions that take the place of the builder's order.</summary>
    public IReadOnlyList<OrderGroup>? OrderExtensions { get; set; }

    /// <summary>Whether the user trusts the builder.</summary>
    public BuilderTrust? Trust { get; set; }

    /// <summary>Whether the phases run in two containers, and buildpacks in one of them.</summary>
    public bool SeparatesPhases { get; set; }

    /// <summary>How the image gets where it goes.</summary>
    public ExportRoute? Route { get; set; }

    /// <summary>The names of the run image, the most wanted first.</summary>
    public IReadOnlyList<ImageReference> RunImages { get; set; } = [];

    /// <summary>The run image's name.</summary>
    public ImageReference? RunImage { get; set; }

    /// <summary>Takes a failure.</summary>
    public void Add(PackException failure)
    {
        if (!Collects)
        {
            throw failure;
        }

        _failures.Add(failure);
    }

    /// <summary>Runs a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="otherwise">What is used in its place after a failure that is collected.</param>
    public T Try<T>(Func<T> step, T otherwise)
    {
        try
        {
            return step();
        }
        catch (PackException failure) when (Collects)
        {
            _failures.Add(failure);
            return otherwise;
        }
    }

    /// <summary>Runs a step.</summary>
    public void Try(Action step) => Try(
        () =>
        {
            step();
            return true;
        },
        otherwise: false);

    /// <summary>Runs a step.</summary>
    public async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (PackException failure) when (Collects)
        {
            _failures.Add(failure);
        }
    }

    /// <summary>Ends the planning when a step failed.</summary>
    public void ThrowIfAny()
    {
        if (_failures.Count > 0)
        {
            throw _failures[0];
        }
    }
}
