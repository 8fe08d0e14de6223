using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>A component buildpack or an image extension in a group that is being tried.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Optional">Whether the group passes without it.</param>
/// <param name="Descriptor">What it says about itself.</param>
internal sealed record Candidate(string Id, bool Optional, BuildpackDescriptor Descriptor)
{
    /// <summary>The candidate as group.toml has it.</summary>
    public GroupElement ToGroupElement() => new(Id, Descriptor.Version) { Api = Descriptor.Api, Homepage = Descriptor.Homepage, Extension = Descriptor.IsExtension };

    /// <summary>The candidate as plan.toml has it.</summary>
    public GroupElement ToProvider() => new(Id, Descriptor.Version) { Extension = Descriptor.IsExtension };

    /// <summary>What no other module has: a buildpack and an image extension may have the same id.</summary>
    public string Key => $"{(Descriptor.IsExtension ? "extension" : "buildpack")} {this}";

    /// <summary><c>id@version</c>.</summary>
    public override string ToString() => $"{Id}@{Descriptor.Version}";
}
