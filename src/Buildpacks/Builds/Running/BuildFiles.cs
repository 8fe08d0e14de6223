using System.Formats.Tar;
using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Sboms;
using Buildpacks.Stores;
using Buildpacks.Stores.Exports;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Writes what a lifecycle leaves in the container beside the image, SBOM files and report.toml, to folders of this machine.</summary>
internal sealed class BuildFiles
{
    private const string Layers = "layers/";

    private readonly BuildRequest _request;
    private readonly BuildPlan _plan;
    private readonly BuiltSbom? _sbom;
    private readonly ILogger _logger;
    private string? _report;

    private BuildFiles(BuildRequest request, BuildPlan plan, ILogger logger)
    {
        (_request, _plan, _logger) = (request, plan, logger);
        _sbom = request.SbomFolder is { } folder ? new BuiltSbom(folder, plan.Image.ToFamiliarString(), logger) : null;
    }

    /// <summary>Where the files are in the container.</summary>
    public IReadOnlyList<string> Paths =>
        [.. _sbom is null ? [] : new[] { $"{ContainerPaths.Layers}/{BuiltSbom.Folder}" }, .. _request.ReportFolder is null ? [] : new[] { $"{ContainerPaths.Layers}/{ReportText.FileName}" }];

    /// <summary>Makes ready.</summary>
    /// <returns><see langword="null"/> when the caller wants no files.</returns>
    public static BuildFiles? Of(BuildRequest request, BuildPlan plan, ILogger logger) =>
        request.SbomFolder is null && request.ReportFolder is null ? null : new BuildFiles(request, plan, logger);

    /// <summary>Refuses folders that cannot be created or written to, before anything is built. Nothing is left of the attempt.</summary>
    /// <exception cref="PackException"><c>PathUnusable</c>.</exception>
    public static void Check(BuildRequest request)
    {
        foreach (var folder in new[] { request.SbomFolder, request.ReportFolder }.OfType<string>().Distinct())
        {
            FileWriting.CheckFolder(folder);
        }
    }

    /// <summary>Takes an entry of an archive of the container.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">Its normal path from the root of the container.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task TakeAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        if (path == Layers + ReportText.FileName && _request.ReportFolder is not null)
        {
            _report = entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, Length: <= ReportText.MaximumLength }
                ? await ReadAsync(entry, cancellationToken).ConfigureAwait(false)
                : throw Invalid("it is not a file, or is larger than 1 MB");
        }
        else if (_sbom is not null && path.StartsWith($"{Layers}{BuiltSbom.Folder}/", StringComparison.Ordinal))
        {
            await _sbom.WriteAsync(entry, path[Layers.Length..], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the report, and says what there was not.</summary>
    /// <param name="image">The image that was built.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>PathUnusable</c>, <c>NoSpace</c>.</exception>
    public async Task CompleteAsync(WrittenImage image, CancellationToken cancellationToken)
    {
        if (_sbom is { HasFiles: false })
        {
            _logger.LogWarning("The build of {Image} made no SBOM files.", _plan.Image.ToFamiliarString());
        }

        if (_request.ReportFolder is not { } folder)
        {
            return;
        }

        var published = _plan.Published is not null;
        var text = ReportText.WithImage(
            _report ?? "", Names(), published ? null : OciDigest.Hex(image.Id), published ? image.Digest : null, image.ManifestSize);
        await FileWriting.WriteAsync(folder, ReportText.FileName, text, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The names as they were given: a report of a lifecycle has them so.</summary>
    private IEnumerable<string> Names() =>
        _request.Tags.Select(tag => tag.StartsWith(':') ? _plan.Image.Name + tag : tag).Prepend(_request.Target is null ? _request.ImageName : _plan.Image.ToFamiliarString()).Distinct(StringComparer.Ordinal);

    private async Task<string> ReadAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var content = new byte[entry.Length];
        await (entry.DataStream ?? Stream.Null).ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException exception)
        {
            throw Invalid("it is not UTF-8", exception);
        }
    }

    private PackException Invalid(string problem, Exception? cause = null) =>
        new(PackErrorIds.BuildFilesUnreadable, PackErrorKind.InvalidInput, $"report.toml of the build of '{_plan.Image.ToFamiliarString()}' cannot be used: {problem}.", cause)
        {
            Target = _plan.Image.ToFamiliarString(),
            RecommendedAction = "The image was built. Use another builder, or omit -ReportOutputFolder.",
        };
}
