export { type Api, type ApiOptions, createApi } from './api.ts'
export { type FetchHandlerOptions, toFetchHandler } from './fetch-handler.ts'
export { type ApiRequest, type ApiResponse, basePath, MAX_BODY_BYTES } from './http.ts'
export { type NodeHandlerOptions, toNodeHandler } from './node-handler.ts'
