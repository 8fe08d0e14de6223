using System.Diagnostics;
using Buildpacks.Testing.Engines;

if (args is not [var program, .. var arguments])
{
    Console.Error.WriteLine("usage: sandbox PROGRAM [ARGUMENT]...");
    return 2;
}

// Ctrl+C is for the program, which shares the terminal; when it has ended, the engines end too.
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
var machine = new EngineMachine();
try
{
    await machine.InitializeAsync();
    foreach (var engine in new EngineFixture[] { machine.Podman, machine.Docker }.Where(engine => engine.Unavailable is not null))
    {
        Console.Error.WriteLine($"sandbox: without {engine.Name}: {engine.Unavailable}");
    }

    using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
    await process.WaitForExitAsync();
    return process.ExitCode;
}
finally
{
    await machine.DisposeAsync();
}
