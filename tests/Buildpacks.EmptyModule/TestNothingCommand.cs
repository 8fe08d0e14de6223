using System.Management.Automation;

namespace Buildpacks.EmptyModule;

/// <summary>A cmdlet that does nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Nothing")]
public sealed class TestNothingCommand : Cmdlet;
