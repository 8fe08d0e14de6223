using System.Management.Automation.Host;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>A screen of 140 columns, unless a test wants others.</summary>
internal sealed class RecordingRawInterface : PSHostRawUserInterface
{
    /// <summary>How many columns the screen has.</summary>
    public int Columns { get; set; } = 140;

    private Size Page => new(Columns, 50);

    public override ConsoleColor BackgroundColor { get; set; }

    public override ConsoleColor ForegroundColor { get; set; }

    public override Size BufferSize { get => Page; set => throw new NotSupportedException(); }

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; }

    public override bool KeyAvailable => false;

    public override Size MaxPhysicalWindowSize => Page;

    public override Size MaxWindowSize => Page;

    public override Coordinates WindowPosition { get; set; }

    public override Size WindowSize { get => Page; set => throw new NotSupportedException(); }

    public override string WindowTitle { get; set; } = "";

    public override void FlushInputBuffer() => throw new NotSupportedException();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new NotSupportedException();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();
}
