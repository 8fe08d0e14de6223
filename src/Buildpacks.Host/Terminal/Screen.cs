namespace Buildpacks.Host.Terminal;

/// <summary>
/// Standard output and standard error as one surface: text goes to the one asked for, and the progress line on a terminal gets
/// out of its way.
/// </summary>
internal sealed class Screen
{
    private const string ClearLine = "\r\u001b[K";

    private readonly object _gate = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _progressVisible;
    private string _progress = "";
    private bool _lineOpen;

    public Screen()
    {
        _output = Console.Out;
        _error = Console.Error;
        OutputIsTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        _progressVisible = OutputIsTerminal && !Console.IsErrorRedirected;
        ColorErrors = _progressVisible;
    }

    /// <summary>Whether standard output is a terminal that understands escape sequences.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether standard error is one too.</summary>
    public bool ColorErrors { get; }

    /// <summary>Columns; a page of 120 when there is no terminal, so that tables are not cut.</summary>
    public int Width => OutputIsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : 120;

    /// <summary>Rows.</summary>
    public int Height => OutputIsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : 50;

    /// <summary>Writes to standard output.</summary>
    public void Write(string text) => Write(_output, text);

    /// <summary>Writes to standard error.</summary>
    public void WriteError(string text) => Write(_error, text);

    /// <summary>Shows a text in place of the progress line; nothing when this is no terminal.</summary>
    public void ShowProgress(string text)
    {
        if (!_progressVisible)
        {
            return;
        }

        lock (_gate)
        {
            var width = Math.Max(Width - 1, 1);
            text = text.ReplaceLineEndings(" ");
            _progress = text.Length > width ? text[..width] : text;
            if (!_lineOpen)
            {
                _error.Write(ClearLine + _progress);
            }
        }
    }

    /// <summary>Takes the progress line away.</summary>
    public void EndProgress()
    {
        lock (_gate)
        {
            if (_progress.Length > 0)
            {
                _progress = "";
                _error.Write(ClearLine);
            }
        }
    }

    private void Write(TextWriter writer, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_progress.Length > 0 && !_lineOpen)
            {
                _error.Write(ClearLine);
            }

            writer.Write(text);
            _lineOpen = text[^1] != '\n';
            if (_progress.Length > 0 && !_lineOpen)
            {
                _error.Write(_progress);
            }
        }
    }
}
