/// Which target stands on which floor and what it may import: the house's plan, as a table.
///
/// A new arrow is a decision: it belongs here, into Package.swift and into the architecture's description.
struct House {
    struct Room {
        /// A half is a landing between two floors.
        let floor: Double
        let imports: Set<String>
    }

    let rooms: [String: Room]
    /// Of the tests' targets, those that stand apart from what they test, with all that they may import.
    var apart: [String: Set<String>] = [:]

    static let branchline = House(rooms: plan, apart: ["ReferenceModel": ["Replication", "Crypto"]])

    private static let plan: [String: Room] = [
        "Replication": Room(floor: 0, imports: []),
        "LineCodec": Room(floor: 0, imports: ["Replication"]),
        "Digests": Room(floor: 0, imports: ["Crypto"]),
        "Loyalty": Room(floor: 1, imports: ground),
        "SyncProtocol": Room(floor: 1, imports: ["Replication", "LineCodec"]),
        "ReplicaStore": Room(floor: 2, imports: ground + ["Loyalty", "GRDB", "GRDBSQLite"] + system),
        "LineTransport": Room(
            floor: 2,
            imports: ["Replication", "LineCodec", "SyncProtocol", "CZlib", "Crypto", "X509", "SwiftASN1"] + nio + system
        ),
        "Localization": Room(floor: 2, imports: ["Replication", "Loyalty"] + system),
        "Administration": Room(floor: 2.5, imports: engine + ["Localization"] + system),
        "HubEngine": Room(floor: 3, imports: engine + ["Administration", "Localization"] + system),
        "NodeEngine": Room(floor: 3, imports: engine + ["Administration", "Localization"] + system),
        "HubService": Room(floor: 4, imports: engine + ["HubEngine", "LineTransport"] + service + nio + system),
        "NodeService": Room(floor: 4, imports: engine + ["NodeEngine", "LineTransport"] + service + nio + system),
        "Simulation": Room(floor: 4, imports: engine + ["HubEngine", "NodeEngine"] + system),
        "TillWeb": Room(
            floor: 5,
            imports: engine + ["Administration", "NodeEngine", "NodeService", "Localization"] + web + service + nio
                + system),
        "Benchmarks": Room(
            floor: 5,
            imports: engine + ["HubEngine", "NodeEngine", "HubService", "NodeService", "LineTransport", "GRDBSQLite"]
                + ["LatencyTwin"] + service + nio + system),
        "HeadquartersWeb": Room(
            floor: 5, imports: engine + ["HubEngine", "HubService", "Localization"] + web + service + nio + system),
    ]

    /// The roof: it may use everything and reads the clock, the random source and the environment for all others.
    static let roof = "branchline"

    private static let ground: Set<String> = ["Replication", "LineCodec", "Digests"]
    private static let engine: Set<String> = ground + ["Loyalty", "SyncProtocol", "ReplicaStore"]
    private static let nio: Set<String> = [
        "NIOCore", "NIOPosix", "NIOSSL", "NIOTLS", "NIOExtras", "NIOConcurrencyHelpers", "NIOEmbedded",
    ]
    private static let service: Set<String> = ["ServiceLifecycle", "Logging", "Metrics"]
    private static let web: Set<String> = ["Hummingbird", "HummingbirdCore", "HTTPTypes"]
    private static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc",
    ]
}

private func + (a: Set<String>, b: Set<String>) -> Set<String> { a.union(b) }
