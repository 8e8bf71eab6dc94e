/** The part of the configuration about notices: how they leave the house. Secrets stand in files or the environment. */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Secret = (of: string) => ({
  [`${of}File`]: Type.Optional(
    Type.String({ minLength: 1, description: "file that holds it, readable by the collector alone" }),
  ),
  [`${of}Env`]: Type.Optional(
    Type.String({ pattern: "^[A-Z][A-Z0-9_]{0,63}$", description: "variable that holds it" }),
  ),
});

const Email = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    security: Type.Unsafe<"tls" | "starttls" | "none">(
      Type.Enum(["tls", "starttls", "none"], { description: "none only to this machine itself" }),
    ),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    passwordFile: Secret("password").passwordFile!,
    passwordEnv: Secret("password").passwordEnv!,
    from: Type.String({ pattern: "^[^\\r\\n]*[^\\s<>@]+@[^\\s<>@]+>?$", maxLength: 200, description: "the sender" }),
    caFile: Type.Optional(Type.String({ minLength: 1, description: "who vouches for the mail server, PEM" })),
  },
  { ...closed, description: "SMTP; without it nobody is sent e-mail" },
);

const Webhook = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" }),
    name: Type.String({ minLength: 1, maxLength: 40, description: "as it is called on the pages" }),
    kind: Type.Unsafe<"dingtalk" | "wecom" | "sms" | "webhook">(
      Type.Enum(["dingtalk", "wecom", "sms", "webhook"], {
        description: "a DingTalk or WeCom robot; a gateway for short messages to people; a program that is told",
      }),
    ),
    url: Type.String({ pattern: "^https?://[^\\s]+$", description: "without token, key or sign" }),
    tokenFile: Secret("token").tokenFile!,
    tokenEnv: Secret("token").tokenEnv!,
    secretFile: Secret("secret").secretFile!,
    secretEnv: Secret("secret").secretEnv!,
  },
  closed,
);

export const NoticesSchema = Type.Object(
  {
    address: Type.String({
      pattern: "^https?://[^\\s/]+$",
      description: "of this collector's page, as people open it: links in messages begin with it",
    }),
    email: Type.Optional(Email),
    webhooks: Type.Optional(Type.Array(Webhook, { maxItems: 50 })),
  },
  { ...closed, description: "how notices leave; without it they are shown on the page alone" },
);

export type NoticesFile = Static<typeof NoticesSchema>;
