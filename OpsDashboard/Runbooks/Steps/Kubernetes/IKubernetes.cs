using System.Text.Json.Nodes;

namespace OpsDashboard.Runbooks.Steps.Kubernetes;

/// <summary>The HTTP API of one cluster, by paths. Thread-safe.</summary>
interface IKubernetes : IDisposable
{
    /// <returns>Null: there is no such object.</returns>
    /// <exception cref="KubernetesException" />
    Task<JsonObject?> GetAsync(string path, CancellationToken stop);

    /// <summary>Merges into what is there.</summary>
    /// <exception cref="KubernetesException" />
    Task<JsonObject> PatchAsync(string path, JsonObject body, CancellationToken stop);

    /// <exception cref="KubernetesException" />
    Task PostAsync(string path, JsonObject body, CancellationToken stop);

    /// <returns>False: there is no such object.</returns>
    /// <exception cref="KubernetesException" />
    Task<bool> DeleteAsync(string path, CancellationToken stop);
}

/// <summary>The message is fit for a person.</summary>
/// <param name="status">What the API server answered; 0: nothing.</param>
/// <param name="isRefused">Nothing was done.</param>
sealed class KubernetesException(string message, int status, bool isRefused) : Exception(message)
{
    public int Status => status;
    public bool IsRefused => isRefused;
}
