using System.Management.Automation;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Help;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>The pages of the checkout, and the cmdlets they are for.</summary>
internal static class HelpPages
{
    public static string Docs { get; } = Path.Combine(Checkout.Root, "docs");

    public static string HelpFiles { get; } = Path.Combine(Checkout.Root, "en-US");

    /// <summary>The names of the module's cmdlets.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(PackCmdlet).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(PackCmdlet).IsAssignableFrom(type))
            .Select(type => (CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!)
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}"),
    ];

    /// <summary><see cref="Names"/>, for tests.</summary>
    public static TheoryData<string> Cmdlets => [.. Names];

    /// <summary>The names of the pages about topics.</summary>
    public static TheoryData<string> Topics => [.. Directory.GetFiles(Docs, "about_*.md").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public static CommandPage Read(string cmdlet) => PageReader.Read(Path.Combine(Docs, cmdlet + ".md"));
}
