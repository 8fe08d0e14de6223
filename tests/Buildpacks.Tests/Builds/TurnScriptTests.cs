using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Running;
using Buildpacks.Reporting;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

/// <summary>A container ends right after its last phase, and what waits for this phase in another container goes on.</summary>
public sealed class TurnScriptTests
{
    private readonly PhaseClock _clock = new();
    private readonly LifecycleOutput _output;

    public TurnScriptTests() => _output = new LifecycleOutput(new SilentSink(), _clock, SecretMask.None);

    [Fact]
    public async Task A_phase_has_ended_although_the_writing_is_stopped_at_once()
    {
        // Which of two threads is first is chance.
        for (var round = 0; round < 200; round++)
        {
            var (turns, script) = Make();
            using var stop = new CancellationTokenSource();
            using var input = new MemoryStream();
            var writing = script.WriteTurnsAsync(input, stop.Token);

            End();

            await writing;
            await turns[1].ReadyAsync(CancellationToken.None).WaitAsync(Hang.Limit);

            void End()
            {
                Answer(script, input);
                stop.Cancel();
            }
        }
    }

    [Fact]
    public async Task A_phase_has_ended_although_the_input_broke_off_then()
    {
        var (turns, script) = Make();
        using var input = new EndingInput(script);

        await script.WriteTurnsAsync(input, CancellationToken.None);

        await turns[1].ReadyAsync(CancellationToken.None).WaitAsync(Hang.Limit);
    }

    private static void Answer(TurnScript script, MemoryStream input) =>
        script.Write(isError: false, Encoding.ASCII.GetBytes($"\0{Encoding.ASCII.GetString(input.ToArray()).Trim()} 0\n"));

    private (IReadOnlyList<PhaseTurn> Turns, TurnScript Script) Make()
    {
        var turns = PhaseTurn.Line([New("builder"), New("exporter")], isLast: true, _output, _clock);
        return (turns, new TurnScript([turns[0]], _output));
    }

    private static Phase New(string name) =>
        new() { Name = name, Image = "image", Command = ["/cnb/lifecycle/" + name], Environment = new Dictionary<string, string>(), User = "1000" };

    /// <summary>A container that has answered and ended when its input is flushed.</summary>
    private sealed class EndingInput(TurnScript script) : MemoryStream
    {
        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Answer(script, this);
            throw new IOException("broken pipe");
        }
    }
}
