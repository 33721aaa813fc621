using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OpsDashboard.Audit;

namespace OpsDashboard.Runbooks.Planning;

/// <summary>
/// Says who was shown which plan and when, in a form that they hand back and cannot change: by it the age of a confirmation is judged. Thread-safe; every
/// replica reads what another one wrote.
/// </summary>
public sealed class PreviewSeals(IDataProtectionProvider protection, TimeProvider clock)
{
    readonly IDataProtector protector = protection.CreateProtector("OpsDashboard.Runbooks.Preview");

    public string Of(Actor actor, Plan plan) => protector.Protect($"{clock.GetUtcNow().ToUnixTimeMilliseconds()} {plan.Hash} {actor.Id}");

    /// <returns>When the actor was shown the plan with that hash; null: the seal does not say so.</returns>
    public DateTimeOffset? ShownAt(string seal, Actor actor, string hash)
    {
        try
        {
            return protector.Unprotect(seal).Split(' ', 3) is [var at, var plan, var id] && plan == hash && id == actor.Id
                ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
