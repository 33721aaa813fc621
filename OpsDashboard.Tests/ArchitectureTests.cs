using System.Reflection;
using System.Reflection.Emit;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace OpsDashboard.Tests;

/// <summary>Holds the rule who may use whom over the compiled assembly: one project gives no compiler boundary.</summary>
public sealed class ArchitectureTests
{
    static readonly string[] Base = ["Storage", "Audit", "Access", "Http", "Live", "Ui", "Catalogue"];

    /// <summary>What a feature may use besides the base.</summary>
    static readonly Dictionary<string, string[]> Features = new()
    {
        ["Metrics"] = [],
        ["Logs"] = ["Metrics"],
        ["Alerts"] = ["Metrics", "Logs"],
        ["OnCall"] = ["Metrics", "Logs", "Alerts"],
        ["Runbooks"] = ["Metrics", "Logs", "Alerts"],
        ["Security"] = ["Metrics", "Logs"],
        ["Incidents"] = ["Metrics", "Logs", "Alerts", "OnCall", "Runbooks"],
        ["Objectives"] = ["Metrics", "Logs", "Alerts", "OnCall", "Runbooks", "Incidents"],
        ["Shell"] = ["Metrics", "Logs", "Alerts", "OnCall", "Runbooks", "Security", "Incidents", "Objectives"],
        ["Simulator"] = [],
    };

    /// <summary>Blazor's own types are known to components, Ui and Shell, and to these, each for its reason.</summary>
    static readonly HashSet<string> BlazorExceptions =
    [
        "OpsDashboard.Live.LivePage",           // the base class of pages that follow
        "OpsDashboard.Live.LiveFeature",        // registers the circuit handler of LivePage
        "OpsDashboard.Live.CircuitConnection",  // tells LivePage whether the browser is there
        "OpsDashboard.Access.AccessFeature",    // registers the two below
        "OpsDashboard.Access.CurrentActor",     // the person behind a circuit
        "OpsDashboard.Access.SignInRevalidation", // ends a circuit whose grants changed
    ];

    static readonly Type[] Own = typeof(Program).Assembly.GetTypes().Where(type => Feature(type) is not null).ToArray();

    [Fact]
    public void Features_UseOnlyWhatTheyMay()
    {
        var wrong = from type in Own
                    let feature = Feature(type)!
                    from used in References(type).Where(used => used.Assembly == type.Assembly)
                    let other = Feature(used)
                    where other is not null && other != feature && !Allowed(feature).Contains(other)
                    select $"{Outer(type).FullName} ({feature}) uses {Outer(used).FullName} ({other})";
        Assert.Empty(wrong.Distinct().Order());
    }

    [Fact]
    public void EveryFolder_HasItsPlaceInTheRule() =>
        Assert.Subset(new HashSet<string>([.. Base, .. Features.Keys]), Own.Select(type => Feature(type)!).ToHashSet());

    [Fact]
    public void DomainTypes_DoNotKnowBlazor()
    {
        var wrong = from type in Own
                    let outer = Outer(type)
                    where Feature(type) is not ("Ui" or "Shell") && !typeof(IComponent).IsAssignableFrom(outer) && !BlazorExceptions.Contains(outer.FullName!)
                    from used in References(type)
                    where used.Namespace?.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal) == true
                    select $"{outer.FullName} uses {used.FullName}";
        Assert.Empty(wrong.Distinct().Order());
    }

    static IEnumerable<string> Allowed(string feature)
    {
        if (feature == "Simulator")
            return [];
        var place = Array.IndexOf(Base, feature);
        return place >= 0 ? Base[..place] : [.. Base, .. Features.GetValueOrDefault(feature, [])];
    }

    static Type Outer(Type type) => type.DeclaringType is { } outer ? Outer(outer) : type;

    static string? Feature(Type type) => Outer(type).Namespace?.Split('.') is ["OpsDashboard", var feature, ..] ? feature : null;

    static HashSet<Type> References(Type type)
    {
        var found = new HashSet<Type>();
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Add(found, type.BaseType);
        foreach (var implemented in type.GetInterfaces())
            Add(found, implemented);
        foreach (var field in type.GetFields(all))
            Add(found, field.FieldType);
        foreach (var method in type.GetMembers(all).OfType<MethodBase>())
        {
            foreach (var parameter in method.GetParameters())
                Add(found, parameter.ParameterType);
            Add(found, (method as MethodInfo)?.ReturnType);
            foreach (var used in Tokens(method))
                Add(found, used);
        }
        return found;
    }

    static void Add(HashSet<Type> found, Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(found, type.GetElementType());
            return;
        }
        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
                Add(found, argument);
            type = type.GetGenericTypeDefinition();
        }
        found.Add(type);
    }

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The types that a method's instructions name, directly or as the owner of a member.</summary>
    static IEnumerable<Type> Tokens(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        var il = body.GetILAsByteArray()!;
        var typeArguments = method.DeclaringType?.IsGenericType == true ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            short value = il[at++];
            if (value == 0xFE)
                value = unchecked((short)((value << 8) | il[at++]));
            var code = OpCodesByValue[value];
            if (code.OperandType is OperandType.InlineTok or OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments);
                if (member is Type type)
                    yield return type;
                if (member?.DeclaringType is { } owner)
                    yield return owner;
                if (member is MethodInfo { IsGenericMethod: true } generic)
                {
                    foreach (var argument in generic.GetGenericArguments())
                        yield return argument;
                }
            }
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }
}
