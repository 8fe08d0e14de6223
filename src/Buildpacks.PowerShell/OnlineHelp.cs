namespace Buildpacks.Commands;

/// <summary>Where the module is to be found online: what <c>Get-Help -Online</c> opens.</summary>
internal static class OnlineHelp
{
    /// <summary>The module's page. The manifest has it as ProjectUri, the pages in docs/ as "online version".</summary>
    public const string Address = "https://www.powershellgallery.com/packages/Buildpacks";
}
