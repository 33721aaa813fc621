using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>Section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    public BootstrapOptions Bootstrap { get; set; } = new();

    /// <summary>Accept plain HTTP beyond loopback. Passwords and cookies then cross the network readable.</summary>
    public bool AllowInsecureHttp { get; set; }

    public TimeSpan SessionLength { get; set; } = TimeSpan.FromHours(12);
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromHours(1);
    public int FailuresBeforeLock { get; set; } = 5;
    public TimeSpan LockDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refused sign-in takes at least, so that its time does not tell whether the account exists.</summary>
    public TimeSpan RefusalTime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Sign-in attempts that one address may make in a minute.</summary>
    public int AttemptsPerMinute { get; set; } = 20;

    public static AccessOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Access").Get<AccessOptions>() ?? new();
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? options : throw new StartRefusedException(string.Join(Environment.NewLine, problems));
    }

    IEnumerable<string> Problems()
    {
        if (Bootstrap.Email is not null && !Bootstrap.Email.Contains('@'))
            yield return "Access__Bootstrap__Email is no e-mail address.";
        if (Bootstrap.Password is not null && PasswordRule.Problem(Bootstrap.Password) is { } problem)
            yield return $"Access__Bootstrap__Password: {problem}";
        if (Bootstrap.ApiToken is { Length: < 16 })
            yield return "Access__Bootstrap__ApiToken has less than 16 characters: generate a longer one, e.g. with openssl rand -hex 32.";
    }
}

public sealed class BootstrapOptions
{
    string? email, password, apiToken;

    /// <summary>Creates this administrator at first start.</summary>
    public string? Email { get => email; set => email = Filled(value); }
    public string? Password { get => password; set => password = Filled(value); }

    /// <summary>Accepts this bearer token with every grant; like any token it never approves.</summary>
    public string? ApiToken { get => apiToken; set => apiToken = Filled(value); }

    // An empty environment variable means "not set".
    static string? Filled(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}

public static class PasswordRule
{
    public const int MinLength = 12, MaxLength = 256;

    /// <summary>Why the password is not accepted, or null. Length is what makes guessing hard; mixtures are not asked for.</summary>
    public static string? Problem(string password) => password.Length switch
    {
        < MinLength => $"use at least {MinLength} characters; a few words are good.",
        > MaxLength => $"use at most {MaxLength} characters.",
        _ => password.Distinct().Count() < 5 ? "use more than four different characters." : null,
    };
}
