using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Rebasing;

/// <summary>A run image that goes under an app.</summary>
/// <param name="Name">Its name; labels and messages have it as it was written.</param>
/// <param name="Reference">What the app's label says of it: the digits of its id in an engine, repository and digest in a registry.</param>
/// <param name="Config">Its config.</param>
internal sealed record RebaseBase(ImageReference Name, string Reference, OciImageConfig Config);

/// <summary>
/// The config of an app image on another run image, as the reference lifecycle writes it: the layers, platform, and the labels of the
/// run image are new, the history is emptied, and all else is the app's. The same images give the same bytes.
/// </summary>
internal sealed class RebasedImage
{
    private const string BaseLabels = "io.buildpacks.base.";
    private const string StackLabels = "io.buildpacks.stack.";
    private const string FixedTime = "1980-01-01T00:00:01Z";

    private RebasedImage(ReadOnlyMemory<byte> config, IReadOnlyList<string> diffIds, int replacedLayers, bool isUnchanged) =>
        (Config, DiffIds, ReplacedLayers, IsUnchanged) = (config, diffIds, replacedLayers, isUnchanged);

    /// <summary>The config's bytes.</summary>
    public ReadOnlyMemory<byte> Config { get; }

    /// <summary>The layers, the run image's first.</summary>
    public IReadOnlyList<string> DiffIds { get; }

    /// <summary>How many layers of the app image were the old run image's.</summary>
    public int ReplacedLayers { get; }

    /// <summary>Whether the app has this run image already.</summary>
    public bool IsUnchanged { get; }

    /// <summary>The labels of an app.</summary>
    /// <exception cref="PackException"><c>RebaseAppInvalid</c>.</exception>
    public static AppMetadata MetadataOf(string image, OciImageConfig app) =>
        AppMetadata.Read(app) ?? throw RebaseErrors.AppInvalid(image, $"it has no label {AppLabels.Lifecycle}");

    /// <summary>Puts an app on a run image.</summary>
    /// <param name="request">The app's name, whether checks are overridden, and the user's mirrors: names by which the app knows its run image, too.</param>
    /// <param name="app">The app's config.</param>
    /// <param name="runImage">The run image.</param>
    /// <param name="logger">Is warned of each check that failed and that the request overrides.</param>
    /// <exception cref="PackException">One of <see cref="RebaseErrors"/>.</exception>
    public static RebasedImage Create(RebaseRequest request, OciImageConfig app, RebaseBase runImage, ILogger logger)
    {
        var (image, force) = (request.Source, request.Force);
        var metadata = MetadataOf(image, app);
        foreach (var (failure, canForce) in Problems(image, app, runImage))
        {
            if (!force || !canForce)
            {
                throw failure;
            }

            logger.LogWarning("{Warning}", failure.Message);
        }

        var own = app.Rootfs.DiffIds;
        var top = metadata.RunImageTopLayer ?? throw RebaseErrors.AppInvalid(image, "its labels do not say which layer is the last of its run image");
        var replaced = own.ToList().IndexOf(top) + 1;
        if (replaced == 0)
        {
            throw RebaseErrors.AppInvalid(image, $"it has no layer {top}, which its labels name as the last of its run image");
        }

        var baseLayers = runImage.Config.Rootfs.DiffIds;
        if (baseLayers.Count == 0)
        {
            throw RebaseErrors.Mismatch(runImage.Name.Spelling, image, "it has no layers", canForce: false);
        }

        string[] known = [.. new[] { metadata.RunImage }.Concat(metadata.RunImageMirrors).OfType<string>()];
        var isKnown = known.Select(name => ImageReference.Find(name.Split('@')[0]))
            .Concat(metadata.RunImageNames(null, request.RunImageMirrors).Select(WithoutDigest))
            .Contains(WithoutDigest(runImage.Name));
        if (!isKnown)
        {
            var unknown = RebaseErrors.RunImageUnknown(runImage.Name.Spelling, image, known);
            if (!force)
            {
                throw unknown;
            }

            logger.LogWarning("{Warning}", unknown.Message);
        }

        var labels = app.Config!.Labels!.Where(label => !IsRunImageLabel(label.Key))
            .Concat((runImage.Config.Config?.Labels ?? new Dictionary<string, string>()).Where(label => IsRunImageLabel(label.Key)))
            .ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
        labels[AppLabels.Lifecycle] = Label(image, labels[AppLabels.Lifecycle], runImage, isKnown);
        string[] diffIds = [.. baseLayers, .. own.Skip(replaced)];
        var unchanged = metadata.RunImageReference == runImage.Reference && isKnown && diffIds.SequenceEqual(own, StringComparer.Ordinal);
        return new RebasedImage(Encoding.UTF8.GetBytes(Text(app, runImage.Config, labels, diffIds)), diffIds, replaced, unchanged);
    }

    /// <summary>What speaks against the run image: by targets, or by stack and mixins for apps of platform API 0.11 and older.</summary>
    private static IEnumerable<(PackException Failure, bool CanForce)> Problems(string image, OciImageConfig app, RebaseBase runImage)
    {
        if (!HasTargets(app))
        {
            var (wanted, offered) = (Label(app, AppLabels.Stack), Label(runImage.Config, AppLabels.Stack));
            if (wanted is null || wanted != offered)
            {
                yield return (RebaseErrors.Mismatch(runImage.Name.Spelling, image, $"its stack is {offered ?? "not known"}, and the app's is {wanted ?? "not known"}", false), false);
            }

            if (Mixins(app).Except(Mixins(runImage.Config)).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            {
                yield return (RebaseErrors.Mismatch(runImage.Name.Spelling, image, $"it lacks the mixins {string.Join(", ", missing)}", false), false);
            }

            yield break;
        }

        if (Label(app, AppLabels.Rebasable) == "false")
        {
            yield return (RebaseErrors.NotRebasable(image), true);
        }

        var (have, want) = (Target.Of(runImage.Config), Target.Of(app));
        if (!have.Satisfies(want))
        {
            yield return (RebaseErrors.Mismatch(runImage.Name.Spelling, image, $"it is for {have}, and the app is for {want}", true), true);
        }
    }

    private static bool HasTargets(OciImageConfig app)
    {
        const string variable = "CNB_PLATFORM_API=";
        var version = app.Config?.Env?.FirstOrDefault(entry => entry.StartsWith(variable, StringComparison.Ordinal))?[variable.Length..];
        return Version.TryParse(version?.Contains('.', StringComparison.Ordinal) == false ? version + ".0" : version, out var api) && api >= new Version(0, 12);
    }

    private static IReadOnlyList<string> Mixins(OciImageConfig image)
    {
        using var label = LabelJson.Parse(Label(image, StackLabels + "mixins"));
        return [.. ((JsonElement?)label?.RootElement).Texts().Select(mixin => mixin[(mixin.IndexOf(':', StringComparison.Ordinal) + 1)..])];
    }

    private static string? Label(OciImageConfig image, string name) => image.Config?.Labels?.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static bool IsRunImageLabel(string name) =>
        name.StartsWith(StackLabels, StringComparison.Ordinal) || name.StartsWith(BaseLabels, StringComparison.Ordinal);

    private static ImageReference WithoutDigest(ImageReference name) => name.WithTag(name.Tag ?? ImageReference.DefaultTag);

    /// <summary>The label with the new run image. Members that the reference does not know are dropped, as it does.</summary>
    private static string Label(string image, string label, RebaseBase runImage, bool isKnown)
    {
        using var document = LabelJson.Parse(label);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } old)
        {
            throw RebaseErrors.AppInvalid(image, $"its label {AppLabels.Lifecycle} is not a JSON object");
        }

        var oldImage = old.Member("runImage");
        var newImage = new ReferenceJson()
            .Always("topLayer", ReferenceJson.Quote(runImage.Config.Rootfs.DiffIds[^1]))
            .Always("reference", ReferenceJson.Quote(runImage.Reference));
        var json = new ReferenceJson().Always("app", ReferenceJson.Of(old.Member("app")));
        if (old.Member("sbom") is { ValueKind: JsonValueKind.Object } sbom)
        {
            json.Always("sbom", ReferenceJson.Of(sbom));
        }

        json.Always("buildpacks", ReferenceJson.Of(old.Member("buildpacks")))
            .Always("config", Layer("config"))
            .Always("launcher", Layer("launcher"))
            .Always("process-types", Layer("process-types"))
            .Always("runImage", (isKnown ? Names(newImage, oldImage) : newImage.With("image", runImage.Name.Spelling)).ToString());
        if (!isKnown)
        {
            json.Always("stack", new ReferenceJson().Always("runImage", new ReferenceJson().With("image", runImage.Name.Spelling).ToString()).ToString());
        }
        else if (old.Member("stack") is { ValueKind: JsonValueKind.Object } stack)
        {
            json.Always("stack", new ReferenceJson().Always("runImage", Names(new ReferenceJson(), stack.Member("runImage")).ToString()).ToString());
        }

        return json.ToString();

        string Layer(string name) => new ReferenceJson().Always("sha", ReferenceJson.Quote(old.Member(name).Member("sha").Text() ?? "")).ToString();

        static ReferenceJson Names(ReferenceJson json, JsonElement? source) =>
            json.With("image", source.Member("image").Text()).With("mirrors", source.Member("mirrors").Texts());
    }

    /// <summary>The config in the order of the reference's structures.</summary>
    private static string Text(OciImageConfig app, OciImageConfig runImage, Dictionary<string, string> labels, IReadOnlyList<string> diffIds)
    {
        var container = app.Config!;
        var other = container.Other;
        var config = new ReferenceJson()
            .With("AttachStderr", Other("AttachStderr")).With("AttachStdin", Other("AttachStdin")).With("AttachStdout", Other("AttachStdout"))
            .With("Cmd", container.Cmd)
            .With("Healthcheck", Other("Healthcheck"))
            .With("Domainname", Other("Domainname"))
            .With("Entrypoint", container.Entrypoint)
            .With("Env", container.Env)
            .With("Hostname", Other("Hostname")).With("Image", Other("Image"))
            .With("Labels", labels.Select(label => KeyValuePair.Create(label.Key, ReferenceJson.Quote(label.Value))))
            .With("OnBuild", Other("OnBuild")).With("OpenStdin", Other("OpenStdin")).With("StdinOnce", Other("StdinOnce")).With("Tty", Other("Tty"))
            .With("User", container.User)
            .With("Volumes", Set(container.Volumes))
            .With("WorkingDir", container.WorkingDir)
            .With("ExposedPorts", Set(container.ExposedPorts))
            .With("ArgsEscaped", Other("ArgsEscaped")).With("NetworkDisabled", Other("NetworkDisabled")).With("MacAddress", Other("MacAddress"))
            .With("StopSignal", container.StopSignal)
            .With("Shell", Other("Shell"));
        var step = new ReferenceJson().With("created", FixedTime).ToString();
        return new ReferenceJson()
            .Always("architecture", ReferenceJson.Quote(runImage.Architecture))
            .With("created", FixedTime)
            .Always("history", ReferenceJson.Array(diffIds.Select(_ => step)))
            .Always("os", ReferenceJson.Quote(runImage.Os))
            .Always("rootfs", new ReferenceJson().With("type", "layers").With("diff_ids", diffIds).ToString())
            .Always("config", config.ToString())
            .With("os.version", runImage.OsVersion)
            .ToString();

        JsonElement? Other(string name) => other is not null && other.TryGetValue(name, out var value) ? value : null;

        // Ports and volumes are the keys of objects whose values are empty.
        static IEnumerable<KeyValuePair<string, string>>? Set(IReadOnlyDictionary<string, JsonElement>? names) =>
            names?.Keys.Select(name => KeyValuePair.Create(name, "{}"));
    }

    /// <summary>What an image runs on.</summary>
    private sealed record Target(string Os, string Architecture, string? Variant, string? Distribution, string? Version)
    {
        public static Target Of(OciImageConfig image) => new(
            image.Os, image.Architecture, image.Variant, Label(image, BaseLabels + "distro.name"), Label(image, BaseLabels + "distro.version"));

        public bool Satisfies(Target app) =>
            Os == app.Os && Architecture == app.Architecture
            && (string.IsNullOrEmpty(Variant) || string.IsNullOrEmpty(app.Variant) || Variant == app.Variant)
            && (Distribution is null || Distribution == app.Distribution)
            && (Version is null || Version == app.Version);

        public override string ToString() =>
            string.Join('/', new[] { Os, Architecture, Variant }.Where(part => !string.IsNullOrEmpty(part)))
            + (Distribution is null && Version is null ? "" : $" with {Distribution} {Version}".TrimEnd());
    }
}
