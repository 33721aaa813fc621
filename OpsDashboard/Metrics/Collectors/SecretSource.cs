using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>Where a password comes from: the name of an environment variable or a file. Never the password itself, so it may be logged and shown.</summary>
public sealed record SecretSource(string? EnvironmentVariable, string? File)
{
    public static readonly SecretSource None = new(null, null);

    /// <summary>Reads <c>password_env</c> and <c>password_file</c>.</summary>
    public static SecretSource Read(YamlMap target)
    {
        // empty where an environment's variable says that there is no password
        var source = new SecretSource(NullIfEmpty(target.Text("password_env")), NullIfEmpty(target.Text("password_file")));
        if (source is { EnvironmentVariable: not null, File: not null })
            target.Report("password_file", "A password has two sources.", "Keep either `password_env` or `password_file`.");
        return source;
    }

    static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>The password, read anew at each call so that a rotated one is picked up; null where none is configured.</summary>
    /// <exception cref="SecretMissingException">The source is named but holds nothing.</exception>
    public string? Find()
    {
        if (EnvironmentVariable is not null)
        {
            ThrowIf(ClosedPlaces.RejectVariable(EnvironmentVariable));
            return Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } secret
                ? secret
                : throw new SecretMissingException($"The environment variable {EnvironmentVariable} with the password is empty.");
        }
        if (File is null)
            return null;
        ThrowIf(ClosedPlaces.RejectFile(File));
        try
        {
            return System.IO.File.ReadAllText(File).TrimEnd('\r', '\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SecretMissingException($"The file {File} with the password cannot be read.");
        }
    }

    static void ThrowIf(string? refusal)
    {
        if (refusal is not null)
            throw new SecretMissingException(refusal);
    }
}

/// <summary>A password is configured but cannot be had; the message names its source and is fit for a person.</summary>
public sealed class SecretMissingException(string message) : Exception(message);
