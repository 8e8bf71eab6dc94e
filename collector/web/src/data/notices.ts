/** What the screens of notices ask for and send. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ChannelView, DeliveryView, NoticeView, OwnSettings } from "../../../api/notice-schemas.ts";
import { get, send } from "./client.ts";

export type Preferences = OwnSettings["preferences"];
type NoticePage = { items: NoticeView[]; next: number | null; unread: number };

/** Who has no live stream asks again after this; for the others it is a second string. */
const ASK_AGAIN_MS = 60_000;

/** @param before `next` of the page before */
export const noticesQuery = (unread: boolean, before?: number) =>
  queryOptions({
    queryKey: ["notices", { unread, before }] as const,
    queryFn: () => get<NoticePage>("/own/notices", { unread: String(unread), before }),
    placeholderData: keepPreviousData,
    refetchInterval: before === undefined ? ASK_AGAIN_MS : false,
  });

export const noticeSettingsQuery = queryOptions({
  queryKey: ["notice-settings"] as const,
  queryFn: () => get<OwnSettings>("/own/notice-settings"),
});

export const noticeChannelsQuery = queryOptions({
  queryKey: ["notice-channels"] as const,
  queryFn: () => get<{ items: ChannelView[]; counts: Record<string, number> }>("/notice-channels"),
});

export const deliveriesQuery = (filter: {
  state?: string | undefined;
  channel?: string | undefined;
  before?: number | undefined;
}) =>
  queryOptions({
    queryKey: ["notice-deliveries", filter] as const,
    queryFn: () => get<{ items: DeliveryView[]; next: number | null }>("/notice-deliveries", filter),
    placeholderData: keepPreviousData,
  });

/** Marks some notices as read, or all up to one. */
export const useMarkRead = () =>
  useChange((order: { ids?: number[]; until?: number }) => send("POST", "/own/notices/read", order), ["notices"]);

export const useSaveSettings = () =>
  useChange(
    (preferences: Preferences) => send<OwnSettings>("PUT", "/own/notice-settings", preferences),
    ["notice-settings"],
  );

const addressPath = (kind: string) => `/own/notice-addresses/${kind}`;

/** Gives an address, to which a code is sent. */
export const useGiveAddress = (kind: string) =>
  useChange((address: string) => send("PUT", addressPath(kind), { address }), ["notice-settings"]);

export const useTellCode = (kind: string) =>
  useChange((code: string) => send("POST", `${addressPath(kind)}/code`, { code }), ["notice-settings"]);

export const useRemoveAddress = (kind: string) =>
  useChange((_: undefined) => send("DELETE", addressPath(kind)), ["notice-settings"]);

const channelPath = (id: string) => `/notice-channels/${encodeURIComponent(id)}`;

export const useSetChannel = (id: string) =>
  useChange(
    (setting: { enabled: boolean; unit?: string | null; preferences?: Preferences | null }) =>
      send<ChannelView>("PUT", channelPath(id), setting),
    ["notice-channels"],
  );

export const useTrial = (id: string) =>
  useChange((_: undefined) => send<{ result: string; detail: string }>("POST", `${channelPath(id)}/trial`), []);

export const useSendAgain = () =>
  useChange((id: number) => send("POST", `/notice-deliveries/${id}/again`), ["notice-deliveries", "notice-channels"]);

/** What belongs to it is read anew, whatever came of it. */
function useChange<Order, Answer>(change: (order: Order) => Promise<Answer>, touched: readonly string[]) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => Promise.all(touched.map((name) => cache.invalidateQueries({ queryKey: [name] }))),
  });
}
