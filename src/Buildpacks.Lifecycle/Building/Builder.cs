using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Building;

/// <summary>Runs the group's buildpacks, one after the other, and gathers what they contribute.</summary>
internal sealed class Builder(BuildInputs inputs, PhaseContext context)
{
    /// <summary>Builds; writes <c>config/metadata.toml</c> and the folder <c>sbom</c> in the layers folder.</summary>
    /// <returns>What metadata.toml holds.</returns>
    /// <exception cref="LifecycleException">A buildpack failed (51), or its API is not supported (12).</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or a buildpack breaks a rule.</exception>
    public async Task<BuildMetadata> BuildAsync(CancellationToken cancellationToken)
    {
        var group = BuildpackGroup.Read(inputs.GroupPath);
        var plan = new OpenPlan(BuildPlan.Read(inputs.PlanPath));
        var sboms = new SbomFolder(Path.Combine(inputs.LayersDirectory, "sbom"));
        sboms.Clear();

        var store = new BuildpackStore(inputs.BuildpacksDirectory, extensions: "");
        var buildpacks = group.Buildpacks
            .Select(element => (element, store.Find(element), SupportedApis.NegotiateBuildpack(element)))
            .ToList();
        var run = new BuildRun(
            inputs, TargetVariables.Resolve(AnalyzedMetadata.ReadIfExists(inputs.AnalyzedPath), context.Log), new BuildVariables(context.Environment), context.Log);
        var processes = new ProcessList();
        var labels = new List<KeyValuePair<string, string>>();
        var slices = new List<IReadOnlyList<string>>();
        var launchBom = new List<LegacyBomEntry>();
        var buildBom = new List<LegacyBomEntry>();
        foreach (var (element, descriptor, api) in buildpacks)
        {
            context.Log.Debug($"Running build for buildpack {element}");
            var contribution = await run.RunAsync(element, descriptor, api, plan.For(element.Id), cancellationToken);
            plan.Meet(contribution.Build.Met);
            launchBom.AddRange(contribution.Launch.Bom);
            buildBom.AddRange(contribution.Build.Bom);
            foreach (var overridden in processes.Add(contribution.Processes))
            {
                context.Log.Warn($"redefining the following default process type with a process not marked as default: {overridden}");
            }

            labels.AddRange(contribution.Labels);
            slices.AddRange(contribution.Slices);
            if (context.PlatformApi.AtLeast(0, 8))
            {
                sboms.Add(element, contribution.Sboms);
            }
        }

        if (context.PlatformApi.AtLeast(0, 9))
        {
            sboms.AddLegacy(SbomKind.Launch, LegacyBomEntry.ToFile(launchBom));
            sboms.AddLegacy(SbomKind.Build, LegacyBomEntry.ToFile(buildBom));
            launchBom.Clear();
        }

        var metadata = new BuildMetadata
        {
            Bom = launchBom,
            Buildpacks = group.Buildpacks,
            Extensions = [.. group.Extensions.Select(extension => extension with { Extension = false })],
            Labels = labels,
            Processes = processes.Sorted,
            Slices = slices,
            DefaultProcessType = processes.DefaultType,
        };
        metadata.Write(BuildMetadata.PathIn(inputs.LayersDirectory), context.PlatformApi);
        return metadata;
    }
}
