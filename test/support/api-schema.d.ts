// Written by "npm run api-schema".

export interface paths {
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the key, its owner and their permissions
         * @description Get the key, its owner and their permissions.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/permissions/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether the key's owner has a permission
         * @description For services that ask before acting, and for proxies. The status is the answer: 204 for yes, 403 for no. It can be kept for a minute.
         */
        get: operations["getPermissionsCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what each role can do
         * @description List what each role can do.
         */
        get: operations["getRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the organization's users
         * @description Sorted by `sort`, by default by name. Inactive users are included. The owner's role must have permission to view users.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Create a user
         * @description With a password, or invited to choose one. The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a user
         * @description The owner's role must have permission to view users.
         */
        get: operations["getUsersId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a user's personal information, role or end date
         * @description Members that you leave out do not change. Roster saves the whole change or nothing. A new email address is unconfirmed until the user or an Admin confirms it on the pages; until then, email goes to the last confirmed address. A key cannot change an Admin's email address. The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        patch: operations["patchUsersId"];
        trace?: never;
    };
    "/users/{id}/photo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a user's photo
         * @description Roster rotates the photo upright, crops it to a square and removes its metadata. The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        put: operations["putUsersIdPhoto"];
        post?: never;
        /**
         * Remove a user's photo
         * @description The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        delete: operations["deleteUsersIdPhoto"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate a user
         * @description The user can log in again, and their keys work again. A key cannot activate an Admin. The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        post: operations["postUsersIdActivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deactivate a user
         * @description Ends the user's sessions, reset links and invitation, and pauses their keys. You cannot deactivate the last active Admin or the key's owner. The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        post: operations["postUsersIdDeactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a user's invitation again
         * @description Creates another link, which works for 7 days; earlier ones still work until one is used. At most 10 an hour for each user. Only for a user who was invited and has not chosen a password yet. A key cannot do this for an Admin. The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        post: operations["postUsersIdInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's API keys
         * @description Active keys come first; revoked and expired keys are included. The owner's role must have permission to view users.
         */
        get: operations["getUsersIdApiKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a user's API key
         * @description The owner's role must have permission to edit users. Needs a key with the scope Read and write.
         */
        delete: operations["deleteUsersIdApiKeysKeyId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List changes, newest first
         * @description The owner's role must have permission to view users.
         */
        get: operations["getActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        User: {
            id: number;
            firstName: string;
            lastName: string;
            email: string;
            /** @enum {string} */
            role: "admin" | "manager" | "member";
            /** @enum {string} */
            status: "active" | "inactive";
            /** @description The last day on which the user is active, in the organization's time zone */
            deactivateOn: string | null;
            /** @description RFC 3339, UTC: when the newest invitation link ends or has ended; null once accepted */
            invitedUntil: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            lastLoginAt: string | null;
        };
        InvitedUser: {
            id: number;
            firstName: string;
            lastName: string;
            email: string;
            /** @enum {string} */
            role: "admin" | "manager" | "member";
            /** @enum {string} */
            status: "active" | "inactive";
            /** @description The last day on which the user is active, in the organization's time zone */
            deactivateOn: string | null;
            /** @description RFC 3339, UTC: when the newest invitation link ends or has ended; null once accepted */
            invitedUntil: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            lastLoginAt: string | null;
            /**
             * Format: uri
             * @description The link to hand out, given once, if Roster has no mail server. Otherwise Roster emails it
             */
            invitationUrl?: string;
        };
        /** @description Allowed actions for each feature */
        Permissions: {
            organization: ("edit" | "view")[];
            users: ("edit" | "view")[];
            apps: ("edit" | "view")[];
            partners: ("edit" | "view")[];
        };
        Me: {
            id: number;
            firstName: string;
            lastName: string;
            email: string;
            /** @enum {string} */
            role: "admin" | "manager" | "member";
            /** @enum {string} */
            status: "active" | "inactive";
            /** @description The last day on which the user is active, in the organization's time zone */
            deactivateOn: string | null;
            /** @description RFC 3339, UTC: when the newest invitation link ends or has ended; null once accepted */
            invitedUntil: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            lastLoginAt: string | null;
            permissions: components["schemas"]["Permissions"];
            organization: {
                id: number;
                name: string;
                /** @enum {string} */
                plan: "free" | "pro";
            };
            key: {
                name: string;
                /**
                 * @description write includes read
                 * @enum {string}
                 */
                scope: "read" | "write";
                expiresAt: string | null;
            };
        };
        Role: {
            /** @enum {string} */
            role: "admin" | "manager" | "member";
            permissions: components["schemas"]["Permissions"];
        };
        ApiKey: {
            id: number;
            name: string;
            /** @description The first 11 characters, which the pages show */
            start: string;
            /**
             * @description write includes read
             * @enum {string}
             */
            scope: "read" | "write";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            revokedAt: string | null;
        };
        Activity: {
            id: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            at: string;
            /** @description For example role.updated */
            action: string;
            actor: {
                /** @enum {string} */
                kind: "user" | "operator" | "system" | "visitor";
                user: {
                    id: number;
                    name: string;
                } | null;
                key: {
                    id: number;
                    name: string;
                } | null;
                /** @description The operator's command */
                command: string | null;
            };
            /** @description Where the change came from: the IP address (a network for counts of refused log-ins) and the browser, as sent in User-Agent */
            from: {
                address: string | null;
                browser: string | null;
            };
            /** @description The row of the group action that this change is a part of */
            groupId: number | null;
            subject: {
                id: number;
                name: string;
            } | null;
            changes: {
                [key: string]: {
                    before: string | null;
                    after: string | null;
                };
            };
        };
        ActivityList: {
            data: components["schemas"]["Activity"][];
            nextCursor: string | null;
        };
        RoleList: {
            data: components["schemas"]["Role"][];
            nextCursor: string | null;
        };
        UserList: {
            data: components["schemas"]["User"][];
            nextCursor: string | null;
        };
        ApiKeyList: {
            data: components["schemas"]["ApiKey"][];
            nextCursor: string | null;
        };
        /** @description RFC 9457 */
        Problem: {
            /**
             * Format: uri-reference
             * @enum {string}
             */
            type: "/api/docs#unauthorized" | "/api/docs#pro-needed" | "/api/docs#new-password-needed" | "/api/docs#read-only-key" | "/api/docs#forbidden" | "/api/docs#for-people-only" | "/api/docs#not-found" | "/api/docs#method-not-allowed" | "/api/docs#unsupported-media-type" | "/api/docs#content-too-large" | "/api/docs#malformed-request" | "/api/docs#precondition-required" | "/api/docs#precondition-failed" | "/api/docs#idempotency-conflict" | "/api/docs#invalid" | "/api/docs#too-many-requests" | "/api/docs#internal-error" | "/api/docs#unavailable" | "/api/docs#insufficient-storage";
            title: string;
            status: number;
            detail: string;
            requestId?: string;
            errors?: {
                /** @description A JSON pointer as a URI fragment */
                pointer: string;
                detail: string;
            }[];
        };
    };
    responses: {
        /** @description A valid API key is required. */
        unauthorized: {
            headers: {
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not found. */
        "not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unsupported media type. */
        "unsupported-media-type": {
            headers: {
                Accept?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Content too large. */
        "content-too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Malformed request. */
        "malformed-request": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description If-Match is required. */
        "precondition-required": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description If-Match does not match. */
        "precondition-failed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Idempotency-Key already used. */
        "idempotency-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Some values are not valid. */
        invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests. */
        "too-many-requests": {
            headers: {
                /** @description Seconds */
                "Retry-After"?: number;
                RateLimit?: string;
                "RateLimit-Policy"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something went wrong. */
        "internal-error": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Roster is busy. */
        unavailable: {
            headers: {
                /** @description Seconds */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nothing can be saved right now. */
        "insufficient-storage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The owner, with their permissions and organization, and the key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 7,
                     *       "firstName": "Zoë",
                     *       "lastName": "O'Neill",
                     *       "email": "zoe@example.com",
                     *       "role": "manager",
                     *       "status": "active",
                     *       "deactivateOn": "2026-12-05",
                     *       "invitedUntil": null,
                     *       "createdAt": "2026-03-01T09:30:00.000Z",
                     *       "lastLoginAt": "2026-03-04T08:01:12.345Z",
                     *       "permissions": {
                     *         "organization": [
                     *           "edit",
                     *           "view"
                     *         ],
                     *         "users": [],
                     *         "apps": [
                     *           "edit",
                     *           "view"
                     *         ],
                     *         "partners": [
                     *           "edit",
                     *           "view"
                     *         ]
                     *       },
                     *       "organization": {
                     *         "id": 1,
                     *         "name": "Acme",
                     *         "plan": "pro"
                     *       },
                     *       "key": {
                     *         "name": "Key 1",
                     *         "scope": "read",
                     *         "expiresAt": "2026-06-01T09:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPermissionsCheck: {
        parameters: {
            query: {
                /** @example apps */
                feature: "organization" | "users" | "apps" | "partners";
                /** @example edit */
                action: "edit" | "view";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes */
            204: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The permissions of each role */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "role": "manager",
                     *           "permissions": {
                     *             "organization": [
                     *               "edit",
                     *               "view"
                     *             ],
                     *             "users": [],
                     *             "apps": [
                     *               "edit",
                     *               "view"
                     *             ],
                     *             "partners": [
                     *               "edit",
                     *               "view"
                     *             ]
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["RoleList"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getUsers: {
        parameters: {
            query?: {
                /** @description Parts of names or the email address; ignores case and accents */
                search?: string;
                role?: "admin" | "manager" | "member";
                /** @description All but `inactive` are some of the active users; `active` includes `invited` */
                status?: "active" | "inactive" | "invited" | "leaving" | "never-logged-in" | "idle-90-days" | "no-second-factor";
                sort?: "name" | "-name" | "email" | "-email" | "role" | "-role" | "status" | "-status" | "lastLogin" | "-lastLogin";
                /** @description The maximum number of items */
                limit?: number;
                /** @description The nextCursor of the previous page; opaque */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": 7,
                     *           "firstName": "Zoë",
                     *           "lastName": "O'Neill",
                     *           "email": "zoe@example.com",
                     *           "role": "manager",
                     *           "status": "active",
                     *           "deactivateOn": "2026-12-05",
                     *           "invitedUntil": null,
                     *           "createdAt": "2026-03-01T09:30:00.000Z",
                     *           "lastLoginAt": "2026-03-04T08:01:12.345Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["UserList"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name that you choose for this request, such as a UUID: Roster carries it out only once in 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "firstName": "Zoë",
                 *       "lastName": "O'Neill",
                 *       "email": "zoe@example.com",
                 *       "role": "manager",
                 *       "password": "violet-otter-tramway-49"
                 *     }
                 */
                "application/json": {
                    firstName: string;
                    lastName: string;
                    email: string;
                    /** @enum {string} */
                    role: "admin" | "manager" | "member";
                    /**
                     * @description The last day on which the user is active, in the organization's time zone; null for none
                     * @default null
                     */
                    deactivateOn?: string | null;
                    password?: string;
                    /**
                     * @description Instead of a password: the user chooses one with a link that works for 7 days
                     * @default false
                     */
                    invite?: boolean;
                    /**
                     * @description Whether the user must choose a new password at the first log-in
                     * @default false
                     */
                    askForNewPassword?: boolean;
                };
            };
        };
        responses: {
            /** @description The new user */
            201: {
                headers: {
                    ETag?: string;
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 7,
                     *       "firstName": "Zoë",
                     *       "lastName": "O'Neill",
                     *       "email": "zoe@example.com",
                     *       "role": "manager",
                     *       "status": "active",
                     *       "deactivateOn": "2026-12-05",
                     *       "invitedUntil": null,
                     *       "createdAt": "2026-03-01T09:30:00.000Z",
                     *       "lastLoginAt": "2026-03-04T08:01:12.345Z"
                     *     }
                     */
                    "application/json": components["schemas"]["InvitedUser"];
                };
            };
            400: components["responses"]["malformed-request"];
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. Or: Only a person can do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["idempotency-conflict"];
            413: components["responses"]["content-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    getUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 7,
                     *       "firstName": "Zoë",
                     *       "lastName": "O'Neill",
                     *       "email": "zoe@example.com",
                     *       "role": "manager",
                     *       "status": "active",
                     *       "deactivateOn": "2026-12-05",
                     *       "invitedUntil": null,
                     *       "createdAt": "2026-03-01T09:30:00.000Z",
                     *       "lastLoginAt": "2026-03-04T08:01:12.345Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    patchUsersId: {
        parameters: {
            query?: never;
            header: {
                /** @description The user's ETag, or * for any version */
                "If-Match": string;
            };
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "lastName": "Smith"
                 *     }
                 */
                "application/json": {
                    firstName?: string;
                    lastName?: string;
                    email?: string;
                    /** @enum {string} */
                    role?: "admin" | "manager" | "member";
                    /** @description The last day on which the user is active, in the organization's time zone; null for none */
                    deactivateOn?: string | null;
                };
            };
        };
        responses: {
            /** @description The changed user */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 7,
                     *       "firstName": "Zoë",
                     *       "lastName": "Smith",
                     *       "email": "zoe@example.com",
                     *       "role": "manager",
                     *       "status": "active",
                     *       "deactivateOn": "2026-12-05",
                     *       "invitedUntil": null,
                     *       "createdAt": "2026-03-01T09:30:00.000Z",
                     *       "lastLoginAt": "2026-03-04T08:01:12.345Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["malformed-request"];
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. Or: Only a person can do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            412: components["responses"]["precondition-failed"];
            413: components["responses"]["content-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid"];
            428: components["responses"]["precondition-required"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    putUsersIdPhoto: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
                "image/gif": string;
                "image/avif": string;
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["malformed-request"];
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            413: components["responses"]["content-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    deleteUsersIdPhoto: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    postUsersIdActivate: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name that you choose for this request, such as a UUID: Roster carries it out only once in 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. Or: Only a person can do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            409: components["responses"]["idempotency-conflict"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    postUsersIdDeactivate: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name that you choose for this request, such as a UUID: Roster carries it out only once in 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            409: components["responses"]["idempotency-conflict"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    postUsersIdInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name that you choose for this request, such as a UUID: Roster carries it out only once in 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 7,
                     *       "firstName": "Zoë",
                     *       "lastName": "O'Neill",
                     *       "email": "zoe@example.com",
                     *       "role": "manager",
                     *       "status": "active",
                     *       "deactivateOn": "2026-12-05",
                     *       "invitedUntil": "2026-03-11T08:01:12.345Z",
                     *       "createdAt": "2026-03-01T09:30:00.000Z",
                     *       "lastLoginAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["InvitedUser"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            409: components["responses"]["idempotency-conflict"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    getUsersIdApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 7 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": 3,
                     *           "name": "Key 1",
                     *           "start": "roster_Ab3d",
                     *           "scope": "read",
                     *           "createdAt": "2026-03-03T10:00:00.000Z",
                     *           "expiresAt": "2026-06-01T10:00:00.000Z",
                     *           "lastUsedAt": null,
                     *           "revokedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    deleteUsersIdApiKeysKeyId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 7 */
                id: number;
                /** @example 7 */
                keyId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: This key can only read. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["not-found"];
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
            507: components["responses"]["insufficient-storage"];
        };
    };
    getActivity: {
        parameters: {
            query?: {
                /**
                 * @description Only changes of this user
                 * @example 7
                 */
                user?: number;
                /**
                 * @description Only changes by this user
                 * @example 7
                 */
                actor?: number;
                /**
                 * @description Only changes with this API key
                 * @example 7
                 */
                key?: number;
                /** @description Only this action */
                action?: "organization.created" | "organization.renamed" | "plan.updated" | "user.created" | "user.invited" | "invitation.resent" | "invitation.shown" | "invitation.accepted" | "invitation.withdrawn" | "user.logged-in" | "account.locked" | "account.unlocked" | "user.confirmed" | "user.logged-out" | "session.ended" | "log-in.refused" | "access.refused" | "personal-information.updated" | "email.confirmed" | "role.updated" | "password.updated" | "password.chosen" | "password.reset" | "reset-link.requested" | "reset-link.printed" | "photo.updated" | "application.added" | "application.updated" | "application.secret-rotated" | "application.key-generated" | "application.key-revoked" | "application.deactivated" | "application.activated" | "application.logged-in" | "application.access-ended" | "application.log-out-failed" | "photo.removed" | "status.updated" | "user.erased" | "end-date.updated" | "api-key.generated" | "api-key.rotated" | "api-key.revoked" | "history.purged" | "backup.restored" | "installation.moved" | "second-factor.enabled" | "second-factor.disabled" | "second-factor.removed" | "second-factor.codes-renewed" | "second-factor.code-used" | "second-factor.refused" | "mail.failed" | "mail.requeued" | "language.updated" | "organization-language.updated" | "time-zone.updated" | "second-factor-rule.updated" | "group.started" | "first-steps.hidden";
                /**
                 * @description Only changes from this day (UTC) or time
                 * @example 2026-03-04
                 */
                from?: string;
                /**
                 * @description Until the end of this day (UTC), or before this time
                 * @example 2026-03-04
                 */
                to?: string;
                /** @description The maximum number of items */
                limit?: number;
                /** @description The nextCursor of the previous page; opaque */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of history */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": 12,
                     *           "at": "2026-03-04T08:05:00.000Z",
                     *           "action": "role.updated",
                     *           "actor": {
                     *             "kind": "user",
                     *             "user": {
                     *               "id": 1,
                     *               "name": "Ada Lovelace"
                     *             },
                     *             "key": null,
                     *             "command": null
                     *           },
                     *           "from": {
                     *             "address": "192.0.2.7",
                     *             "browser": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
                     *           },
                     *           "groupId": null,
                     *           "subject": {
                     *             "id": 7,
                     *             "name": "Zoë O'Neill"
                     *           },
                     *           "changes": {
                     *             "role": {
                     *               "before": "member",
                     *               "after": "manager"
                     *             }
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["ActivityList"];
                };
            };
            401: components["responses"]["unauthorized"];
            /** @description The API is a Pro feature. Or: The key's owner must choose a new password. Or: The key's owner does not have permission. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["invalid"];
            429: components["responses"]["too-many-requests"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
}
