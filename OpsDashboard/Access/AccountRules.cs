using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>What an account may look like. Pure.</summary>
static class AccountRules
{
    const int MaxGrants = 100, MaxName = 100, MaxEmail = 254;

    public static IEnumerable<FieldProblem> Check(Actor by, string email, NewAccount input)
    {
        if (email.Length is < 3 or > MaxEmail || email.Count(letter => letter == '@') != 1 || email.StartsWith('@') || email.EndsWith('@') || email.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            yield return new("email", "is no e-mail address.");
        foreach (var problem in Name(input.Name).Concat(Grants(by, input.Grants)).Concat(Password(input.Password)))
            yield return problem;
    }

    public static IEnumerable<FieldProblem> Check(Actor by, Account account, AccountChange change)
    {
        if (change == new AccountChange())
            yield return new("", "nothing is changed: name grants, name, password or isDisabled.");
        if (change.IsDisabled == true && account.Id.ToString() == by.Id)
            yield return new("isDisabled", "you cannot disable your own account.");
        if (change.Password is not null && TakeOver(by, account) is { } takeOver)
            yield return new("password", takeOver);
        foreach (var problem in Name(change.Name).Concat(Grants(by, change.Grants)).Concat(Password(change.Password)))
            yield return problem;
    }

    /// <summary>Why the actor may not make what signs in with the account, or null. A token invites people; it never becomes one, or it could approve.</summary>
    public static string? TakeOver(Actor by, Account account) => by.Kind == ActorKind.Token && account.LastSignInAt is not null
        ? "an API token cannot sign in as somebody who has used the account: a person who manages accounts can, or the command sign-in-link."
        : null;

    public static IEnumerable<FieldProblem> Grants(Actor by, IReadOnlyList<Grant>? grants)
    {
        if (grants is null)
            yield break;
        if (grants.Count > MaxGrants)
            yield return new("grants", $"at most {MaxGrants}.");
        foreach (var grant in grants)
        {
            if (grant.SystemId is { } system && (system.Length is 0 or > 64 || system.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-')))
                yield return new("grants", $"'{system}' is no system id: lower-case letters, digits and hyphens.");
            if (!Enum.IsDefined(grant.Role))
                yield return new("grants", "the role is one of viewer, responder, commander, admin.");
            else if (!by.Has(grant.Role, grant.SystemId))
                yield return new("grants", $"{GrantText.Write(grant)} is more than you have yourself.");
        }
    }

    /// <summary>Changes the account and says what was before and after.</summary>
    public static Dictionary<string, object?> Apply(Account account, AccountChange change)
    {
        var particulars = new Dictionary<string, object?>();
        if (change.Name is { } name && name.Trim() != account.Name)
        {
            particulars["name"] = new { before = account.Name, after = name.Trim() };
            account.Name = name.Trim();
        }
        if (change.Grants is { } grants)
        {
            particulars["grants"] = new { before = GrantText.Write(account.Grants), after = GrantText.Write(grants) };
            account.Grants = grants;
        }
        if (change.IsDisabled is { } isDisabled)
        {
            particulars["isDisabled"] = new { before = account.IsDisabled, after = isDisabled };
            (account.IsDisabled, account.FailedSignIns, account.LockedUntil) = (isDisabled, 0, null);
        }
        if (change.Password is { } password)
        {
            particulars["password"] = "changed";
            (account.PasswordHash, account.FailedSignIns, account.LockedUntil) = (SignIn.HashPassword(password), 0, null);
        }
        return particulars;
    }

    static IEnumerable<FieldProblem> Name(string? name) =>
        name is null || (name.Trim().Length is > 0 and <= MaxName && !name.Any(char.IsControl)) ? [] : [new("name", $"has between 1 and {MaxName} characters.")];

    static IEnumerable<FieldProblem> Password(string? password) =>
        password is not null && PasswordRule.Problem(password) is { } problem ? [new("password", problem)] : [];
}
