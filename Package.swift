// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOTLS", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let certificates: [Target.Dependency] = [
    .product(name: "X509", package: "swift-certificates"),
    .product(name: "SwiftASN1", package: "swift-asn1"),
    crypto,
]
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
]
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func floor(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "branchline",
    products: [
        .executable(name: "branchline", targets: ["branchline"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Floor 0
        floor("Replication"),
        floor("LineCodec", ["Replication"]),
        floor("Digests", [crypto]),
        // Floor 1
        floor("Loyalty", ["Replication", "LineCodec", "Digests"]),
        floor("SyncProtocol", ["Replication", "LineCodec"]),
        // Floor 2
        floor("ReplicaStore", ["Replication", "LineCodec", "Digests", "Loyalty", grdb, sqlite]),
        floor("LineTransport", ["SyncProtocol", "LineCodec", "Replication", "CZlib"] + nio + certificates),
        floor("Localization", ["Loyalty", "Replication"]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CProcess", providers: [.apt(["libsqlite3-dev"])]),
        // Floor 3
        floor(
            "Administration",
            ["Replication", "LineCodec", "Digests", "Loyalty", "Localization", "SyncProtocol", "ReplicaStore"]),
        floor(
            "HubEngine",
            [
                "Administration", "Localization", "Replication", "LineCodec", "Digests", "Loyalty", "SyncProtocol",
                "ReplicaStore",
            ]),
        floor(
            "NodeEngine",
            [
                "Administration", "Localization", "Replication", "LineCodec", "Digests", "Loyalty", "SyncProtocol",
                "ReplicaStore",
            ]),
        // Floor 4
        floor(
            "HubService",
            ["HubEngine", "LineTransport", "ReplicaStore", "SyncProtocol", "Replication", lifecycle, logging] + nio),
        floor(
            "NodeService",
            [
                "NodeEngine", "LineTransport", "ReplicaStore", "SyncProtocol", "Replication", "Loyalty", lifecycle,
                logging,
            ] + nio),
        floor(
            "Simulation",
            [
                "HubEngine", "NodeEngine", "ReplicaStore", "SyncProtocol", "Loyalty", "Replication", "LineCodec",
                "Digests",
            ]),
        // Floor 5
        floor(
            "TillWeb",
            [
                "NodeService", "NodeEngine", "ReplicaStore", "Administration", "SyncProtocol", "Loyalty",
                "Localization", "LineCodec", "Replication", lifecycle, logging,
            ] + hummingbird + nio),
        .target(name: "LatencyTwin", linkerSettings: [.linkedLibrary("sqlite3")]),
        floor(
            "Benchmarks",
            [
                "HubService", "NodeService", "HubEngine", "NodeEngine", "LineTransport", "ReplicaStore", "SyncProtocol",
                "Loyalty", "Digests", "LineCodec", "Replication", "LatencyTwin", sqlite, logging,
            ] + nio),
        // Floor 6
        .executableTarget(
            name: "branchline",
            dependencies: [
                "Replication", "LineCodec", "Digests", "Loyalty", "SyncProtocol", "ReplicaStore", "LineTransport",
                "Localization", "Administration", "HubEngine", "NodeEngine", "HubService", "NodeService", "Simulation",
                "TillWeb", "Benchmarks", "CZlib", "CProcess", arguments, lifecycle, signals, logging,
            ] + nio,
            swiftSettings: strict),
        // Tests
        .target(
            name: "TestSupport", dependencies: ["Replication"], path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "ReferenceModel", dependencies: ["Replication", crypto], path: "Tests/ReferenceModel",
            swiftSettings: strict),
        tests("ReplicationTests", ["Replication", "TestSupport"]),
        tests("LineCodecTests", ["LineCodec", "Replication", "TestSupport"]),
        tests("DigestsTests", ["Digests", "TestSupport"]),
        tests(
            "ReplicaStoreTests",
            [
                "ReplicaStore", "Replication", "LineCodec", "Digests", "Loyalty", "TestSupport", "ReferenceModel",
                grdb, sqlite,
            ],
            exclude: ["PriorDatabases"]),
        tests("SimulationTests", ["Simulation", "ReplicaStore"]),
        tests("TidyTests", []),
        tests(
            "LineTransportTests",
            ["LineTransport", "SyncProtocol", "LineCodec", "Replication"] + nio + certificates),
        tests("LoyaltyTests", ["Loyalty", "LineCodec", "Replication", "Digests", "TestSupport"]),
        tests(
            "NodeEngineTests",
            [
                "NodeEngine", "HubEngine", "ReplicaStore", "SyncProtocol", "Loyalty", "Replication", "Digests",
                "TestSupport",
            ]),
        tests(
            "NodeServiceTests",
            [
                "NodeService", "HubService", "NodeEngine", "ReplicaStore", "LineTransport", "SyncProtocol", "Loyalty",
                "Replication", logging,
            ] + nio),
        tests("CommandLineTests", ["branchline", "HubService", "NodeService", "LineTransport", "TestSupport"]),
        tests("BranchlineTests", ["branchline", "Benchmarks", "Loyalty", "NodeEngine", "Replication"] + nio),
        tests("LocalizationTests", ["Localization", "Loyalty", "Replication", "SyncProtocol"]),
        tests(
            "SyncProtocolTests", ["SyncProtocol", "LineCodec", "Replication", "Digests", "Loyalty", "TestSupport"],
            exclude: ["FuzzFindings"]),
        tests(
            "TillWebTests",
            [
                "TillWeb", "NodeService", "HubService", "ReplicaStore", "Loyalty", "Localization", "LineTransport",
                "NodeEngine", "SyncProtocol", "Digests",
                "LineCodec", "Replication", "TestSupport", grdb, lifecycle, logging,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + hummingbird + nio),
        tests(
            "ClientTests",
            [
                "HubService", "NodeService", "NodeEngine", "Administration", "LineTransport", "SyncProtocol", "Loyalty",
                "LineCodec", "Replication", logging,
            ] + nio),
    ]
)
