using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Engines.Podman;

/// <summary>How podman is started.</summary>
public sealed record PodmanOptions
{
    /// <summary>The executable's name or path; <see langword="null"/> for the <c>podman</c> that PATH has.</summary>
    public string? Executable { get; init; }

    /// <summary>The name of a connection (<c>podman system connection list</c>); <see langword="null"/> for podman's own choice.</summary>
    public string? Connection { get; init; }

    /// <summary>The address of a podman service, such as <c>unix:///run/podman/podman.sock</c>; <see langword="null"/> for none.</summary>
    public string? Url { get; init; }

    /// <summary>Variables set for podman itself, such as CONTAINERS_CONF; <see langword="null"/> as a value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>How long a question that moves no data and waits for nothing may take to be answered; 2 minutes by default.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Is told of every podman process that ended; <see langword="null"/> for nobody.</summary>
    public IEngineCallObserver? Observer { get; init; }

    /// <summary>Where calls are logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
